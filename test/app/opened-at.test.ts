import { describe, expect, test } from 'vitest'
import { openedAt } from '../../app/opened-at.ts'

const uri = (URI: string) => JSON.stringify({ URI })

describe('where the app was opened', () => {
  test.each([
    ['DEFAULT', '', { page: 'board' }],
    ['DEFAULT', [], { page: 'board' }],
    ['DEFAULT', 'no JSON', { page: 'board' }],
    ['DEFAULT', uri('/crm/deal/kanban/category/4/'), { page: 'board', entityTypeId: 2, categoryId: 4 }],
    ['DEFAULT', uri('/marketplace/app/7/'), { page: 'board' }],
    ['CRM_DEAL_ROBOT_DESIGNER_TOOLBAR', uri('/crm/deal/automation/4/'), { entityTypeId: 2, categoryId: 4 }],
    ['CRM_LEAD_ROBOT_DESIGNER_TOOLBAR', uri('/crm/lead/list/'), { page: 'board', entityTypeId: 1 }],
    [
      'CRM_SMART_INVOICE_ROBOT_DESIGNER_TOOLBAR',
      uri('/crm/type/31/automation/5/'),
      { entityTypeId: 31, categoryId: 5 },
    ],
    [
      'CRM_DYNAMIC_177_ROBOT_DESIGNER_TOOLBAR',
      { URI: '/crm/type/177/automation/9/' },
      { entityTypeId: 177, categoryId: 9 },
    ],
    ['CRM_QUOTE_LIST_TOOLBAR', '{}', { page: 'board', entityTypeId: 7 }],
    ['CRM_DEAL_DETAIL_TAB', '{"ID":"31"}', { page: 'item', entityTypeId: 2, id: 31 }],
    ['CRM_DYNAMIC_177_DETAIL_TAB', '{"ID":"8","URI":"/crm/type/177/details/8/"}', { entityTypeId: 177, id: 8 }],
    ['CRM_DEAL_DETAIL_TAB', '{"ID":"0"}', { page: 'board', entityTypeId: 2 }],
    ['REST_APP_URI', '{"screen":"journal"}', { page: 'journal' }],
  ])('%s with %j', (placement, options, place) => {
    expect(openedAt(placement, options)).toMatchObject(place)
  })

  test('a type without pipelines names none: the board takes the only one', () => {
    expect(openedAt('CRM_QUOTE_LIST_TOOLBAR', '{}')).not.toHaveProperty('categoryId')
  })
})
