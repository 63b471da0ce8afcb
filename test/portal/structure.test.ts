import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp } from './testing.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await setUp(['ONCRMTYPEDELETE', 'ONCRMDYNAMICITEMUPDATE_177'], { limits: { enabled: false } })
})
afterEach(() => fixture.stop())

const { request } = SEED.types
const item = { entityTypeId: request, id: SEED.requests.kim }
const ask = async (method: string, params: object = {}) => {
  const { status, body } = await call(fixture.portal, fixture.admin, method, params)
  return body.error === undefined ? body.result : [status, body.error]
}
const filtered = async (filter: object) => {
  const answer = await ask('crm.item.list', { entityTypeId: request, filter })
  return Array.isArray(answer) ? answer[1] : answer.items.length
}

describe('a smart process that was deleted', () => {
  test('is refused by every method, alone: other types go on', async () => {
    fixture.portal.act.deleteSmartProcess(request)
    const params = { ...item, fields: { stageId: 'DT177_9:CLIENT' } }
    for (const method of ['get', 'list', 'update', 'fields']) {
      expect(await ask(`crm.item.${method}`, params)).toEqual([400, 'NOT_FOUND'])
    }
    expect(await ask('crm.category.list', item)).toEqual([400, 'NOT_FOUND'])
    expect(await ask('crm.stagehistory.list', item)).toEqual([400, 'NOT_FOUND'])
    const fields = { entityTypeId: request, entityId: item.id, title: 'x', text: 'y' }
    expect(await ask('crm.timeline.logmessage.add', { fields })).toEqual([400, 'OWNER_NOT_FOUND'])
    expect((await ask('crm.item.get', { entityTypeId: 2, id: SEED.deals.kim })).item.id).toBe(SEED.deals.kim)
  })

  test('takes the handlers of its own events, its widgets and its bindings with it', async () => {
    const { portal, admin, inbox } = fixture
    const widget = { PLACEMENT: `CRM_DYNAMIC_${request}_DETAIL_TAB`, HANDLER: 'https://app.example/tab', TITLE: 'x' }
    await result(portal, admin, 'placement.bind', widget)
    const { activityId } = portal.act.receiveMail({ bindings: [item, { entityTypeId: 2, id: SEED.deals.kim }] })
    portal.act.deleteSmartProcess(request)
    await portal.idle()
    expect((await ask('event.get')).map((row: { event: string }) => row.event)).toEqual(['ONCRMTYPEDELETE'])
    expect(await ask('placement.get')).toEqual([])
    expect(await ask('crm.activity.binding.list', { activityId })).toEqual([
      { entityTypeId: 2, entityId: SEED.deals.kim },
    ])
    expect(inbox.events.map(({ event, data }) => [event, data])).toEqual([['ONCRMTYPEDELETE', { FIELDS: { ID: '3' } }]])
  })
})

describe('the client field of a smart process, switched off', () => {
  test('still passes the filter, but does not come back; contactIds are refused', async () => {
    expect(await filtered({ contactIds: [SEED.contacts.kim] })).toBe(1)
    fixture.portal.act.switchOffClientField(request)
    expect(await filtered({ contactId: SEED.contacts.kim })).toBe(1)
    expect(await filtered({ companyId: SEED.companies.client })).toBe(1)
    expect(await filtered({ contactIds: [SEED.contacts.kim] })).toBe('INVALID_ARG_VALUE')
    const { items } = await ask('crm.item.list', { entityTypeId: request, select: ['id', 'contactId', 'companyId'] })
    expect(Object.keys(items[0])).toEqual(['id'])
    const [type] = (await ask('crm.type.list')).types
    expect([type.entityTypeId, type.isClientEnabled]).toEqual([request, 'N'])
  })

  test('is refused everywhere, as documented', async () => {
    fixture.portal.switches.clientFieldOff = 'as documented'
    for (const name of ['contactId', 'companyId', 'contactIds']) {
      expect(await filtered({ [name]: 1 })).toBe('INVALID_ARG_VALUE')
    }
  })
})

describe('the stages of a smart process, switched off', () => {
  test('still pass the filter, but do not come back, and an update ignores them', async () => {
    fixture.portal.act.switchOffStages(request)
    expect(await filtered({ stageId: 'DT177_9:NEW' })).toBe(1)
    const { item: updated } = await ask('crm.item.update', {
      ...item,
      fields: { stageId: 'DT177_9:CLIENT', title: 'x' },
    })
    expect([updated.title, updated.stageId]).toEqual(['x', undefined])
    expect(fixture.portal.world.items.get(`177:${item.id}`)?.stageId).toBe('DT177_9:NEW')
    expect(await ask('crm.stagehistory.list', { entityTypeId: request })).toEqual([400, 'ENTITY_TYPE_NOT_SUPPORTED'])
    expect((await ask('crm.type.list')).types[0]).toMatchObject({ entityTypeId: request, isStagesEnabled: 'N' })
    const directories = await ask('crm.status.entity.types')
    expect(directories.some((row: { ENTITY_TYPE_ID: number }) => row.ENTITY_TYPE_ID === request)).toBe(false)
  })

  test('are refused everywhere, as documented', async () => {
    fixture.portal.switches.stagesOff = 'as documented'
    expect(await filtered({ stageId: 'DT177_9:NEW' })).toBe('INVALID_ARG_VALUE')
    fixture.portal.switches.stagesOff = 'no'
    expect(await filtered({ stageId: 'DT177_9:NEW' })).toBe(1)
  })
})

test('a pipeline is deleted when it is empty', async () => {
  const { portal } = fixture
  expect(() => portal.act.deletePipeline(request, SEED.pipelines.warranty)).toThrow('still holds items')
  portal.act.deleteItem({ entityTypeId: request, id: SEED.requests.lee })
  portal.act.deletePipeline(request, SEED.pipelines.warranty)
  const { categories } = await ask('crm.category.list', { entityTypeId: request })
  expect(categories.map(({ id }: { id: number }) => id)).toEqual([SEED.pipelines.requests])
  const update = { ...item, fields: { categoryId: SEED.pipelines.warranty, stageId: 'DT177_10:NEW' } }
  expect(await ask('crm.item.update', update)).toEqual([400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID'])
})

test('custom fields of every type are described, written and read; a deleted one is refused', async () => {
  const { portal } = fixture
  const deal = { entityTypeId: 2, id: SEED.deals.kim }
  const options = [{ id: 41, value: 'red' }]
  portal.act.addField(2, { name: 'ufCrm17Size', title: 'Size', type: 'enumeration', options })
  portal.act.addField(2, { name: 'ufCrm_1700000001', title: 'Due', type: 'date' })
  portal.act.addField(2, { name: 'ufCrm17Price', title: 'Price', type: 'money' })
  portal.act.addField(2, { name: 'ufCrm17Who', title: 'Who', type: 'user', multiple: true })
  const { fields } = await ask('crm.item.fields', { entityTypeId: 2 })
  expect(fields.ufCrm17Size).toMatchObject({
    type: 'enumeration',
    items: [{ ID: '41', VALUE: 'red' }],
    isDynamic: true,
  })
  const values = { ufCrm17Size: 41, ufCrm_1700000001: '2026-08-29', ufCrm17Price: '5|EUR', ufCrm17Who: [15, '16'] }
  const { item: updated } = await ask('crm.item.update', { ...deal, fields: values })
  expect(updated).toMatchObject({ ...values, ufCrm_1700000001: '2026-08-29T00:00:00+02:00', ufCrm17Who: [15, 16] })
  const found = await ask('crm.item.list', {
    entityTypeId: 2,
    filter: { ufCrm_1700000001: '2026-08-29', ufCrm17Who: 16 },
  })
  expect(found.items.map(({ id }: { id: number }) => id)).toEqual([deal.id])
  portal.act.deleteField(2, 'ufCrm_1700000001')
  expect(await ask('crm.item.list', { entityTypeId: 2, filter: { ufCrm_1700000001: '2026-08-29' } })).toEqual([
    400,
    'INVALID_ARG_VALUE',
  ])
  expect((await ask('crm.item.get', deal)).item).not.toHaveProperty('ufCrm_1700000001')
  expect(await ask('crm.item.update', { ...deal, fields: { ufCrm_1700000001: '2026-08-30' } })).toHaveProperty('item')
})
