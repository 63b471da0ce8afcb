import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from './index.ts'
import { call, type Fixture, result, setUp } from './testing.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await setUp([], { limits: { enabled: false } })
})
afterAll(() => fixture.stop())

const { kim, kimWon, lee } = SEED.deals
const { contacts, types } = SEED

/** The ids that a list answers; the code where it is refused. */
const find = async (params: object, entityTypeId: number = types.deal) => {
  const asked = { entityTypeId, select: ['id'], ...params }
  const { body } = await call(fixture.portal, fixture.admin, 'crm.item.list', asked)
  return body.error ?? body.result.items.map((item: { id: number }) => item.id)
}
const refusal = async (params: object) => {
  const { status, body } = await call(fixture.portal, fixture.admin, 'crm.item.list', { entityTypeId: 2, ...params })
  return [status, body.error, body.error_description]
}

describe('the filter of crm.item.list', () => {
  test('reads ids as PHP casts them', async () => {
    const ask = (...ids: unknown[]) => find({ filter: { '@id': ids } })
    expect(await ask(`0${kim}`, `${lee} and more`, `0$result[a][0][id]`, [], null)).toEqual([kim, lee])
    expect(await ask([kim, lee])).toEqual([])
    expect(await find({ filter: { id: `${kim}` } })).toEqual([kim])
    expect(await find({ filter: { '>id': kimWon, '<=id': kim } })).toEqual([kim])
  })

  test('with names in capitals knows those without prefix alone', async () => {
    expect(await find({ filter: { ID: kim, STAGE_ID: 'C4:NEW' } })).toEqual([kim])
    expect(await find({ filter: { '@ID': [kim] } })).toBe('INVALID_ARG_VALUE')
    expect(await find({ filter: { LOGIC: 'OR', 0: { id: kim } } })).toBe('INVALID_ARG_VALUE')
  })

  test('joins groups by OR, and by AND at any other word', async () => {
    const groups = { 0: { id: kim }, 1: { title: 'Logo for Lee' } }
    expect(await find({ filter: { logic: 'OR', ...groups } })).toEqual([kim, lee])
    expect(await find({ filter: { logic: 'or', ...groups } })).toEqual([])
    expect(await find({ filter: { 0: { logic: 'OR', ...groups }, categoryId: 4 } })).toEqual([kim])
  })

  test('refuses strange names at any depth, and tells the first fault', async () => {
    const filter = { '@id': [kim, { entityTypeId: 2, entityId: 31 }], nothing: 1 }
    expect(await refusal({ filter })).toEqual([
      400,
      'INVALID_ARG_VALUE',
      "Invalid filter: field 'ENTITY_TYPE_ID' is not allowed in filter",
    ])
    expect(await refusal({ filter: { '>id': [1, 2] } })).toEqual([
      400,
      'INVALID_ARG_VALUE',
      "Invalid filter: field '>ID' has invalid value",
    ])
    expect((await refusal({ filter: 'x' })).slice(0, 2)).toEqual([400, '100'])
    for (const name of ['fm', 'phones', 'entityTypeId']) {
      expect(await find({ filter: { [name]: 1 } }, types.lead)).toBe('INVALID_ARG_VALUE')
    }
  })

  test('an order by a strange name, or in a strange direction, is refused', async () => {
    expect(await refusal({ order: { nothing: 'ASC' } })).toEqual([
      400,
      'INVALID_ARG_VALUE',
      "Invalid order: field 'NOTHING' is not allowed in order",
    ])
    expect(await refusal({ order: { id: 'up' } })).toEqual([
      400,
      'INVALID_ARG_VALUE',
      "Invalid order: allowed sort directions are ASC, DESC. But got 'up' for field 'ID'",
    ])
    expect(await find({ filter: { '@id': [kim, lee] }, order: { ID: 'desc' } })).toEqual([lee, kim])
  })

  test('a selection drops names that the type lacks, but the id comes', async () => {
    const params = { entityTypeId: 2, filter: { id: kim }, select: ['STAGE_ID', 'title', 'nothing', 'fm'] }
    const { items } = await result(fixture.portal, fixture.admin, 'crm.item.list', params)
    expect(items).toEqual([{ id: kim, stageId: 'C4:NEW', title: 'Shop for Kim' }])
  })

  test('contactId is the first contact alone, contactIds are all', async () => {
    const deal = fixture.portal.act.createItem({ entityTypeId: 2, contactIds: [contacts.max, contacts.kim] })
    const among = { '>=id': deal.id }
    expect(await find({ filter: { contactId: contacts.max, ...among } })).toEqual([deal.id])
    expect(await find({ filter: { contactId: contacts.kim, ...among } })).toEqual([])
    expect(await find({ filter: { contactIds: contacts.kim, ...among } })).toEqual([deal.id])
    expect(await find({ filter: { contactId: '0$result[a][ID]' } })).not.toContain(deal.id)
    expect(await find({ filter: { contactId: '0$result[a][ID]' } })).toContain(SEED.deals.quiet)
  })

  test('telephones and e-mails come with one item, not with a list', async () => {
    const { item } = await result(fixture.portal, fixture.admin, 'crm.item.get', {
      entityTypeId: 1,
      id: SEED.leads.noa,
    })
    expect(item.fm.map(({ value }: { value: string }) => value)).toEqual([SEED.phones.noa, SEED.emails.noa])
    const { items } = await result(fixture.portal, fixture.admin, 'crm.item.list', { entityTypeId: 1 })
    expect(items.every((one: object) => !('fm' in one))).toBe(true)
  })
})

describe('times in a filter', () => {
  const since = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const changedSince = async (time: string, ...more: object[]) =>
    find(Object.assign({ filter: { '@id': [kim], '>=updatedTime': time } }, ...more))

  test('are right where the reader’s clock is the server’s, and shifted where it is not', async () => {
    fixture.portal.act.changeField(
      { entityTypeId: 2, id: kim },
      { comments: 'x' },
      { at: new Date(Date.now() - 3_600_000) },
    )
    expect([await changedSince(since(2)), await changedSince(since(0))]).toEqual([[kim], []])
    fixture.portal.switches.readerZoneOffset = -8
    const west = [await changedSince(since(2)), await changedSince(since(10))]
    fixture.portal.switches.readerZoneOffset = 8
    const east = [await changedSince(since(0)), await changedSince(since(-8))]
    fixture.portal.switches.readerZoneOffset = 0
    expect(west).toEqual([[], [kim]])
    expect(east).toEqual([[kim], []])
  })

  test('without an offset are the reader’s own clock, and right', async () => {
    fixture.portal.switches.readerZoneOffset = -8
    const clock = (hours: number) => new Date(Date.now() + (2 - 8 - hours) * 3_600_000).toISOString().slice(0, 19)
    const found = [await changedSince(clock(2)), await changedSince(clock(0))]
    fixture.portal.switches.readerZoneOffset = 0
    expect(found).toEqual([[kim], []])
  })

  test('that are none find nothing', async () => {
    expect(await changedSince('yesterday')).toEqual([])
  })

  test('of activities and of the stage history are right in every zone', async () => {
    const { activityId } = fixture.portal.act.receiveMail()
    for (const offset of [-8, 0, 8]) {
      fixture.portal.switches.readerZoneOffset = offset
      const activities = (time: string) =>
        result(fixture.portal, fixture.admin, 'crm.activity.list', {
          filter: { ID: activityId, '>=LAST_UPDATED': time },
        })
      const history = (time: string) =>
        result(fixture.portal, fixture.admin, 'crm.stagehistory.list', {
          entityTypeId: 2,
          filter: { OWNER_ID: kim, '>=CREATED_TIME': time },
        })
      expect([(await activities(since(1))).length, (await activities(since(-1))).length]).toEqual([1, 0])
      const [row] = fixture.portal.world.stageHistory.filter(({ ownerId }) => ownerId === kim)
      const hours = (Date.now() - (row?.createdTime.getTime() ?? 0)) / 3_600_000
      expect([(await history(since(hours + 1))).items.length, (await history(since(hours - 1))).items.length]).toEqual([
        1, 0,
      ])
    }
    fixture.portal.switches.readerZoneOffset = 0
  })
})

describe('legacy lists', () => {
  const ids = async (params: object) => {
    const { body } = await call(fixture.portal, fixture.admin, 'crm.activity.list', params)
    return { ids: body.result.map(({ ID }: { ID: string }) => Number(ID)), total: body.total, next: body.next }
  }

  test('give the first page again past the end, or by the switch an empty one', async () => {
    for (let number = 0; number < 60; number += 1) fixture.portal.act.planCall()
    const filter = { TYPE_ID: 2 }
    const [first, last] = [await ids({ filter }), await ids({ filter, start: 50 })]
    expect([first.ids.length, first.total, first.next, last.ids.length, last.next]).toEqual([50, 60, 50, 10, undefined])
    expect(await ids({ filter, start: 100 })).toEqual(first)
    expect(await ids({ filter, start: 99 })).toEqual(last)
    fixture.portal.switches.pastEndPage = 'empty'
    const empty = await ids({ filter, start: 100 })
    fixture.portal.switches.pastEndPage = 'first'
    expect(empty).toEqual({ ids: [], total: 60, next: undefined })
    expect(await ids({ filter, start: -1 })).toMatchObject({ total: 0, next: undefined })
  })

  test('drop unknown names in silence, and take an empty list of ids for no condition', async () => {
    const { total } = await ids({})
    expect((await ids({ filter: { NOTHING: 1, '@STAGE_ID': ['x'] } })).total).toBe(total)
    expect((await ids({ filter: { '@ID': [] } })).total).toBe(total)
    expect((await ids({ filter: { '@ID': ['0$result[a][ID]'] } })).ids).toEqual([])
  })

  test('find what is 0 or empty by an id that leads nowhere', async () => {
    const { activityId } = fixture.portal.act.newChat()
    const found = (await ids({ filter: { ASSOCIATED_ENTITY_ID: '0$result[history][sessionId]' }, start: -1 })).ids
    expect(found).toHaveLength(50)
    expect(found).not.toContain(activityId)
  })
})

describe('the stage history', () => {
  const rows = async (params: object) => {
    const asked = { entityTypeId: types.invoice, ...params }
    return (await call(fixture.portal, fixture.admin, 'crm.stagehistory.list', asked)).body
  }

  test('finds every invoice that was ever paid by growing ids, also one that was taken back', async () => {
    const before = fixture.portal.world.stageHistory.at(-1)?.id ?? 0
    const [kept, takenBack] = [fixture.portal.act.createInvoice(), fixture.portal.act.createInvoice()]
    for (const id of [kept, takenBack]) fixture.portal.act.payInvoice(id)
    fixture.portal.act.moveItem({ entityTypeId: types.invoice, id: takenBack }, 'DT31_5:N')
    const paid = await rows({ filter: { '>ID': before, STAGE_SEMANTIC_ID: 'S' }, order: { ID: 'ASC' }, start: -1 })
    expect(paid.result.items.map((row: { OWNER_ID: number }) => row.OWNER_ID)).toEqual([kept, takenBack])
    expect([paid.result.items[0].TYPE_ID, paid.total, paid.next]).toEqual([3, undefined, undefined])
    expect((await rows({ filter: { TYPE_ID: 1, '>ID': before } })).result.items).toHaveLength(2)
  })

  test('is empty past its end, and cannot read an empty list', async () => {
    expect((await rows({ start: 500 })).result.items).toEqual([])
    expect((await rows({ filter: { '@OWNER_ID': [] } })).error).toBe('400')
  })
})
