import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { csvColumns, csvRow } from '../../../handlers/api/journal/csv-row.ts'
import type { Entry } from '../../../lib/api/journal-entry.ts'
import type { Decision } from '../../../lib/domain/decision.ts'
import { type DecisionRow, journalDecisions } from '../../../lib/store/decisions.ts'
import { addOccurrences } from '../../../lib/store/occurrences.ts'
import type { Api } from '../../api.ts'
import { SEED } from '../../portal/index.ts'
import { type Rig, startRig } from '../../rig.ts'

const { users, deals } = SEED
let rig: Rig
let admin: Api
const begun = Date.now()
const at = (minutesAgo: number) => new Date(begun - minutesAgo * 60_000)

beforeAll(async () => {
  rig = await startRig()
  admin = await rig.as(users.admin)
  const [a, b] = [await rig.addTrigger({ name: 'Anna' }), await rig.addTrigger({ name: 'Bert' })]
  const { db } = rig.stagecue
  const { memberId } = rig.portal
  const occurrence = (key: string, minutesAgo: number, filtered: string[] = []) => ({
    occurrence: {
      key,
      kind: 'call-missed' as const,
      at: at(minutesAgo).toISOString(),
      heardAt: at(minutesAgo).toISOString(),
      source: 'event' as const,
      facts: { line: 'reg77120' },
      origin: { activityId: null, refs: [] },
    },
    filtered,
  })
  await addOccurrences(db, memberId, [
    occurrence('one', 30),
    occurrence('two', 20, [a.id, b.id]),
    occurrence('three', 10, [b.id]),
    occurrence('old', 8 * 24 * 60, [a.id]),
  ])
  const decision = (fields: Partial<Decision>): Decision => ({
    occurrenceKey: 'one',
    kind: 'call-missed',
    trigger: { id: a.id, name: 'Anna' },
    item: { entityTypeId: 2, id: deals.kim },
    outcome: 'skipped',
    reason: null,
    facts: {},
    move: null,
    requestId: null,
    ...fields,
  })
  const moved = { from: 'C4:NEW', to: 'C4:PREPARATION', userId: users.admin, onBehalfOf: users.sam }
  await journalDecisions(db, memberId, [decision({ outcome: 'moved', move: moved, facts: { seconds: 3 } })], at(29))
  const quiet = { entityTypeId: 2, id: deals.quiet }
  await journalDecisions(
    db,
    memberId,
    [
      decision({ occurrenceKey: 'two', item: null, reason: 'no-item' }),
      decision({
        occurrenceKey: 'three',
        trigger: { id: b.id, name: 'Bert' },
        item: quiet,
        outcome: 'failed',
        reason: 'no-rights',
      }),
    ],
    at(9),
  )
  await db.deleteFrom('trigger').where('id', '=', Number(b.id)).execute()
})
afterAll(() => rig.stop())

const titleOf = (id: number) => rig.portal.world.items.get(`2:${id}`)?.title
const read = async (query = '', api: Api = admin) => (await api('GET', `/api/journal${query}`)).body
const keys = async (query: string) =>
  (await read(query)).entries.map((entry: { occurrence: { key: string } }) => entry.occurrence.key)

describe('GET /api/journal', () => {
  it('tells what happened, what was decided and who moved', async () => {
    const { entries, next } = await read()
    expect(next).toBeNull()
    expect(entries.at(-1)).toEqual({
      id: expect.any(String),
      at: at(29).toISOString(),
      occurrence: {
        kind: 'call-missed',
        key: 'one',
        at: at(30).toISOString(),
        source: 'event',
        facts: { line: 'reg77120', seconds: 3 },
      },
      trigger: { id: expect.any(String), name: 'Anna' },
      item: { entityTypeId: 2, id: deals.kim, title: titleOf(deals.kim) },
      outcome: 'moved',
      reason: null,
      move: { from: 'C4:NEW', to: 'C4:PREPARATION', userId: users.admin, onBehalfOf: users.sam },
      undone: null,
      corrected: null,
      story: {
        event: { line: 'reg77120' },
        decision: { seconds: 3 },
        activityId: null,
        refs: [],
        setting: expect.objectContaining({ kind: 'email-incoming', stageId: 'C4:PREPARATION', fields: {} }),
        winner: null,
      },
    })
    expect(entries[1]).toMatchObject({ item: null, reason: 'no-item', move: null })
    expect(entries[0].item).toEqual({ entityTypeId: 2, id: deals.quiet, title: titleOf(deals.quiet) })
  })

  it.each([
    ['?outcome=failed', ['three']],
    ['?reason=no-item', ['two']],
    [`?entityTypeId=2&itemId=${deals.kim}`, ['one']],
    ['?kind=call-missed', ['three', 'two', 'one']],
    ['?kind=call-inbound', []],
    [`?userId=${users.sam}`, ['one']],
    [`?from=${at(15).toISOString()}`, ['three', 'two']],
    [`?to=${at(15).toISOString()}`, ['one']],
    [`?to=${encodeURIComponent('2020-01-01T00:00:00+02:00')}`, []],
    ['?limit=2', ['three', 'two']],
    ['?without=no-item', ['three', 'one']],
    ['?without=no-item,no-rights', ['one']],
    ['?search=ANNA', ['two', 'one']],
    ['?search=kim', ['one']],
    [`?search=${deals.quiet}`, ['three']],
    ['?search=%25', []],
    ['?search=_nna', []],
  ])('finds %s', async (query, expected) => {
    expect(await keys(query)).toEqual(expected)
  })

  it('goes on page by page until there is no next', async () => {
    const found: string[] = []
    let cursor: string | null = ''
    do {
      const page: { entries: { occurrence: { key: string } }[]; next: string | null } = await read(
        `?limit=1&cursor=${cursor}`,
      )
      found.push(...page.entries.map(({ occurrence }) => occurrence.key))
      cursor = page.next
    } while (cursor !== null)
    expect(found).toEqual(['three', 'two', 'one'])
  })

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=nonsense',
    'cursor=e30',
    'outcome=sad',
    'reason=none',
    'from=then',
    'itemId=1.5',
    'without=none',
    'include=all',
  ])('refuses %s and names it', async (query) => {
    const { error } = await read(`?${query}`)
    expect(error.code).toBe('invalid')
    expect(Object.keys(error.fields)).toEqual([query.split('=')[0]])
  })

  it('does not show what other portals decided', async () => {
    await rig.stagecue.db.updateTable('decision').set({ portal: 'another' }).execute()
    expect(await keys('')).toEqual([])
    await rig.stagecue.db.updateTable('decision').set({ portal: rig.portal.memberId }).execute()
  })
})

test('the search knows the capitals of every language', async () => {
  const named = { trigger_name: 'Ждём клиента' }
  await rig.stagecue.db.updateTable('decision').set(named).where('occurrence_key', '=', 'one').execute()
  expect(await keys(`?search=${encodeURIComponent('ЖДЁМ')}`)).toEqual(['one'])
  const anna = { trigger_name: 'Anna' }
  await rig.stagecue.db.updateTable('decision').set(anna).where('occurrence_key', '=', 'one').execute()
})

describe('GET /api/journal/count', () => {
  const count = async (query: string) => (await admin('GET', `/api/journal/count${query}`)).body

  it.each([
    ['', { count: 3, left: 0, isAll: true }],
    ['?without=no-item', { count: 2, left: 1, isAll: true }],
    ['?outcome=failed', { count: 1, left: 0, isAll: true }],
    [`?from=${at(15).toISOString()}`, { count: 2, left: 0, isAll: true }],
    ['?after=0', { count: 3, left: 0, isAll: true }],
  ])('counts %s', async (query, expected) => {
    expect(await count(query)).toEqual(expected)
  })

  it('says how many have come since', async () => {
    const { entries } = await read()
    expect(await count(`?after=${entries[0].id}`)).toMatchObject({ count: 0 })
    expect(await count(`?after=${entries[2].id}`)).toMatchObject({ count: 2 })
  })

  it('is for those who may read it', async () => {
    const sam = await rig.as(users.sam)
    expect((await sam('GET', '/api/journal/count')).status).toBe(403)
    expect((await sam('GET', `/api/journal/count?entityTypeId=2&itemId=${deals.kim}`)).body.count).toBe(1)
  })
})

describe('GET /api/journal/csv', () => {
  const csv = async (query = '') => {
    const response = await admin.raw('GET', `/api/journal/csv${query}`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="?stagecue-journal-[\d-]+\.csv"?$/,
    )
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
  }

  it('has a line for each entry of the filter, in words', async () => {
    const text = await csv()
    expect(text.startsWith('\ufeffTime,')).toBe(true)
    const lines = text.slice(1).split('\r\n')
    expect(lines).toHaveLength(5)
    expect(lines[3]).toContain(',Anna,Deal,31,Shop for Kim,Moved,,Introduction,Preparation,')
    expect(lines[3]).not.toMatch(/C4:|call-missed/)
    expect((await csv('?outcome=failed')).split('\r\n')).toHaveLength(3)
  })

  it('names nobody as the mover of what only would have moved', async () => {
    const { db } = rig.stagecue
    const stored = await db.selectFrom('decision').selectAll().where('outcome', '=', 'moved').executeTakeFirstOrThrow()
    const parts = { types: null, names: new Map([[users.admin, 'Ada']]), titles: new Map(), language: 'en' } as const
    const mover = (outcome: 'moved' | 'would-move') => {
      return csvRow({ ...(stored as DecisionRow), outcome }, parts)[csvColumns('en').indexOf('Moved by')]
    }
    expect([mover('moved'), mover('would-move')]).toEqual(['Ada', ''])
  })

  it('says in words that a stage is gone, or that the portal does not name it', async () => {
    const { db } = rig.stagecue
    const row = () => db.updateTable('decision').where('occurrence_key', '=', 'one')
    await row().set({ move_to: 'C4:GONE' }).execute()
    expect((await csv()).split('\r\n')[3]).toContain(',Moved,,Introduction,Deleted stage,')
    const stored = await db
      .selectFrom('decision')
      .selectAll()
      .where('move_to', '=', 'C4:GONE')
      .executeTakeFirstOrThrow()
    const unread = csvRow(stored as DecisionRow, { types: null, names: new Map(), titles: new Map(), language: 'en' })
    expect(unread.filter((cell) => /stage/.test(cell))).toEqual(['Unknown stage', 'Unknown stage'])
    await row().set({ move_to: 'C4:PREPARATION' }).execute()
  })

  it('has no formulas, and keeps quotes, commas and lines apart', async () => {
    const odd = { trigger_name: '=HYPERLINK("http://evil"), one, "two"\nthree' }
    await rig.stagecue.db.updateTable('decision').set(odd).where('occurrence_key', '=', 'one').execute()
    expect(await csv()).toContain(`,"'=HYPERLINK(""http://evil""), one, ""two""\nthree",Deal,31,`)
    const plain = { trigger_name: 'Anna' }
    await rig.stagecue.db.updateTable('decision').set(plain).where('occurrence_key', '=', 'one').execute()
  })
})

describe('GET /api/journal?include=filter', () => {
  it('shows what filters ruled out among the decisions, newest first, page by page', async () => {
    const short = ({ occurrence, reason, trigger }: Entry) => `${occurrence.key} ${trigger.name} ${reason}`
    const expected = [
      'three Bert no-rights',
      'two Anna no-item',
      'three Bert filter',
      'two Anna filter',
      'two Bert filter',
    ]
    expect((await read('?include=filter')).entries.map(short)).toEqual([...expected, 'one Anna null'])
    for (const limit of [1, 2, 4]) {
      const found: string[] = []
      let cursor: string | null = ''
      do {
        const page: { entries: Entry[]; next: string | null } = await read(
          `?include=filter&limit=${limit}&cursor=${cursor}`,
        )
        found.push(...page.entries.map(short))
        cursor = page.next
      } while (cursor !== null)
      expect(found.toSorted()).toEqual([...expected, 'one Anna null'].toSorted())
    }
  })
})

describe('GET /api/journal?reason=filter', () => {
  it('lists what own fields ruled out in the last seven days, each trigger by itself, also deleted ones', async () => {
    const { entries } = await read('?reason=filter')
    const short = entries.map((entry: { occurrence: { key: string }; trigger: { name: string } }) => {
      return `${entry.occurrence.key} ${entry.trigger.name}`
    })
    expect(short).toEqual(['three Bert', 'two Anna', 'two Bert'])
    expect(entries[0]).toMatchObject({ item: null, outcome: 'skipped', reason: 'filter', move: null })
    expect(entries[0].story).toMatchObject({ event: { line: 'reg77120' }, setting: { kind: 'email-incoming' } })
  })

  it('goes on within one occurrence', async () => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { entries: { id: string }[]; next: string | null } = await read(
        `?reason=filter&limit=1&cursor=${cursor}`,
      )
      expect(page.entries).toHaveLength(1)
      found.push(...page.entries.map(({ id }) => id))
      cursor = page.next
    }
    expect(found).toHaveLength(3)
    expect(new Set(found).size).toBe(3)
  })

  it('can be narrowed to a trigger, and has no items', async () => {
    const [, anna] = (await read('?reason=filter')).entries
    expect(await keys(`?reason=filter&triggerId=${anna.trigger.id}`)).toEqual(['two'])
    expect(await keys(`?reason=filter&itemId=${deals.kim}`)).toEqual([])
    expect(await keys('?reason=filter&outcome=moved')).toEqual([])
    expect(await keys(`?reason=filter&from=${at(15).toISOString()}`)).toEqual(['three'])
  })
})

describe('an employee', () => {
  it('reads the journal of an item that the portal lets him read', async () => {
    const sam = await rig.as(users.sam)
    expect((await sam('GET', '/api/journal')).status).toBe(403)
    expect((await sam('GET', '/api/journal?entityTypeId=2')).status).toBe(403)
    const { status, body } = await sam('GET', `/api/journal?entityTypeId=2&itemId=${deals.kim}`)
    expect([status, body.entries.length]).toEqual([200, 1])
  })

  it('finds no journal of items that he may not read, or that there are none', async () => {
    const noCrm = await rig.as(users.noCrm)
    expect((await noCrm('GET', `/api/journal?entityTypeId=2&itemId=${deals.kim}`)).status).toBe(404)
    const sam = await rig.as(users.sam)
    expect((await sam('GET', '/api/journal?entityTypeId=2&itemId=999999')).status).toBe(404)
    expect((await sam('GET', '/api/journal?entityTypeId=4711&itemId=1')).status).toBe(404)
  })

  it('reads all of it once he is a manager', async () => {
    const sam = await rig.as(users.sam)
    await admin('PUT', '/api/settings', { managers: [users.sam] })
    expect((await sam('GET', '/api/journal')).status).toBe(200)
  })
})
