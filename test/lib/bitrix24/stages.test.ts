import { describe, expect, it } from 'vitest'
import { parseStages, stageEntityId } from '../../../lib/bitrix24/directory/stages.ts'

describe('the directory of a pipeline’s stages', () => {
  it.each([
    [1, null, 'STATUS'],
    [2, 0, 'DEAL_STAGE'],
    [2, 4, 'DEAL_STAGE_4'],
    [7, null, 'QUOTE_STATUS'],
    [31, 5, 'SMART_INVOICE_STAGE_5'],
    [177, 9, 'DYNAMIC_177_STAGE_9'],
  ])('of type %i, pipeline %j is %s', (entityTypeId, categoryId, entityId) => {
    expect(stageEntityId(entityTypeId, categoryId)).toBe(entityId)
  })
})

describe('rows of crm.status.list', () => {
  const row = (ID: string, STATUS_ID: string, SORT: string, more: object = {}) => ({
    ID,
    STATUS_ID,
    SORT,
    ENTITY_ID: 'DEAL_STAGE',
    NAME: STATUS_ID,
    COLOR: '#39a8ef',
    SEMANTICS: null,
    ...more,
  })
  const ids = (rows: unknown[]) => parseStages(rows).map(({ stageId }) => stageId)

  it('are put in order by SORT as a number, then by ID', () => {
    expect(ids([row('9', 'C', '100'), row('10', 'D', '100'), row('30', 'A', '20'), row('4', 'B', '90')])).toEqual(
      'ABCD'.split(''),
    )
  })

  it.each([
    [{ SEMANTICS: null, EXTRA: { SEMANTICS: 'process' } }, 'process'],
    [{ SEMANTICS: 'S' }, 'success'],
    [{ SEMANTICS: 'F', EXTRA: { SEMANTICS: 'apology' } }, 'failure'],
    [{ SEMANTICS: undefined, EXTRA: { SEMANTICS: 'success' } }, 'success'],
    [{ SEMANTICS: '', EXTRA: [] }, 'process'],
    [{ SEMANTICS: 'P' }, 'process'],
  ])('with %j mean %s', (more, semantics) => {
    expect(parseStages([row('1', 'X', '10', more)])).toMatchObject([{ semantics }])
  })

  it('give what is missing its neutral value, and leave out what is no stage', () => {
    const rows = [{ ID: 1, STATUS_ID: 'NEW', SORT: 10 }, null, 'text', { ID: 2 }]
    expect(parseStages(rows)).toEqual([
      { stageId: 'NEW', title: '', color: '', semantics: 'process', sort: 10, canBeTarget: true },
    ])
  })
})
