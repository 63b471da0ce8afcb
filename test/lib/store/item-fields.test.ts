import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addItemFields,
  findItemFields,
  forgetItemFields,
  forgetPipelineFields,
  type ItemField,
  suppressOwnChanges,
  upsertItemFields,
} from '../../../lib/store/item-fields.ts'
import { engines, type TestDatabase } from './test-database.ts'

const deal = { entityTypeId: 2, id: 31 }
const lead = { entityTypeId: 1, id: 31 }
const seen = (change: Partial<ItemField> = {}): ItemField => {
  return { item: deal, categoryId: 4, field: 'title', hash: 'one', changedAt: null, sequence: 0, ...change }
}

describe.each(Object.entries(engines))('watched fields on %s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  /** Fields of these items as `field hash`. */
  const found = async (portal: string, ...items: { entityTypeId: number; id: number }[]) => {
    const fields = await findItemFields(database.db, portal, items)
    return fields.map(({ item, field, hash }) => `${item.entityTypeId}:${item.id} ${field} ${hash}`).sort()
  }

  test('the first look stays when others are added, and is replaced when a change is kept', async () => {
    const { db } = database
    await addItemFields(db, 'a', [seen(), seen({ field: 'stageId', hash: 'new' })])
    await addItemFields(db, 'a', [seen({ hash: 'two' }), seen({ field: 'opportunity' })])
    expect(await found('a', deal)).toEqual(['2:31 opportunity one', '2:31 stageId new', '2:31 title one'])
    const change = seen({ hash: 'two', categoryId: 0, changedAt: '2026-08-29T07:00:05.000Z', sequence: 2 })
    await upsertItemFields(db, 'a', [change])
    expect((await findItemFields(db, 'a', [deal])).find(({ field }) => field === 'title')).toEqual(change)
  })

  test('items of other types and portals are apart', async () => {
    const { db } = database
    await addItemFields(db, 'b', [seen({ item: lead, categoryId: null }), seen({ item: deal })])
    await addItemFields(db, 'c', [seen({ hash: 'of c' })])
    expect(await found('b', lead)).toEqual(['1:31 title one'])
    expect(await found('c', deal, lead)).toEqual(['2:31 title of c'])
    expect(await findItemFields(db, 'b', [])).toEqual([])
  })

  test('a move by Stagecue is noted where the stage is watched, and makes no row where it is not', async () => {
    const { db } = database
    await suppressOwnChanges(db, 'a', [{ item: deal, hash: 'moved' }])
    await suppressOwnChanges(db, 'b', [{ item: deal, hash: 'moved' }])
    expect(await found('a', deal)).toContain('2:31 stageId moved')
    expect(await found('b', deal)).toEqual(['2:31 title one'])
  })

  test('a pipeline’s fields are forgotten, also of types with one pipeline', async () => {
    const { db } = database
    await forgetPipelineFields(db, 'b', { entityTypeId: 1, categoryId: null, fields: ['title'] })
    expect(await found('b', lead, deal)).toEqual(['2:31 title one'])
    await forgetPipelineFields(db, 'a', { entityTypeId: 2, categoryId: 4, fields: ['title', 'opportunity'] })
    expect(await found('a', deal)).toEqual(['2:31 stageId moved', '2:31 title two'])
    await forgetPipelineFields(db, 'a', { entityTypeId: 2, categoryId: 0, fields: [] })
    await forgetItemFields(db, 'a', [{ item: deal, field: 'title' }])
    expect(await found('a', deal)).toEqual(['2:31 stageId moved'])
  })

  test('as many as a request brings', async () => {
    const many = Array.from({ length: 5000 }, (_, id) => seen({ item: { entityTypeId: 2, id: 1000 + id } }))
    await addItemFields(database.db, 'd', many)
    const { rows } = await database.db
      .selectFrom('item_field')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('portal', '=', 'd')
      .executeTakeFirstOrThrow()
    expect(rows).toBe(many.length)
  })
})
