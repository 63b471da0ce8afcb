import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Decision } from '../../../lib/domain/decision.ts'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import { transact } from '../../../lib/store/database.ts'
import { countOutcomes, journalDecisions, listDecisions } from '../../../lib/store/decisions.ts'
import { erasePortal } from '../../../lib/store/erasure.ts'
import { addOccurrences, listFiltered } from '../../../lib/store/occurrences.ts'
import {
  addTrigger,
  findTrigger,
  listTriggerNames,
  listTriggers,
  removeTrigger,
  replaceTrigger,
} from '../../../lib/store/triggers.ts'
import { engines, type TestDatabase } from './test-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, second))
const time = (second: number) => at(second).toISOString()

const trigger: Omit<ReadyTrigger, 'id'> = {
  version: 1,
  createdAt: time(1),
  updatedAt: time(1),
  createdBy: 1,
  attention: null,
  kind: 'call-missed',
  name: 'Missed',
  entityTypeId: 2,
  categoryId: 4,
  stageId: 'C4:LOSE',
  fromStages: ['C4:NEW'],
  changeStageAs: { type: 'user', userId: 15 },
  allowMovingBack: true,
  fields: { line: 'reg77120' },
  whenSeveral: 'newest',
  viaClient: false,
  ifNoAccess: 'wait',
  mode: 'watch',
  enabled: true,
  readyAt: time(1),
}

describe.each(Object.entries(engines))('triggers in %s', (_, open) => {
  let database: TestDatabase
  const add = (changes: Partial<ReadyTrigger> = {}, portal = 'p1') =>
    transact(database.db, (tx) => addTrigger(tx, portal, { ...trigger, ...changes }, at(1)))

  beforeAll(async () => {
    database = await open()
  })
  beforeEach(async () => {
    for (const portal of ['p1', 'p2']) await erasePortal(database.db, portal)
  })
  afterAll(() => database.close())

  it('come back as they were saved', async () => {
    const made = await add()
    expect(await findTrigger(database.db, 'p1', made.id)).toEqual({ ...trigger, id: made.id })
    expect(await findTrigger(database.db, 'p2', made.id)).toBeNull()
  })

  it('are replaced from the version that was read, only once', async () => {
    const made = await add()
    const next = { ...made, version: 2, name: 'Later', changeStageAs: { type: 'responsible' as const } }
    const replace = () => transact(database.db, (tx) => replaceTrigger(tx, 'p1', next, 7, at(2)))
    expect(await replace()).toBe(true)
    expect(await replace()).toBe(false)
    expect(await transact(database.db, (tx) => replaceTrigger(tx, 'p2', { ...next, version: 3 }, 7, at(2)))).toBe(false)
    expect(await findTrigger(database.db, 'p1', made.id)).toEqual(next)
  })

  it('leave their versions behind, the deletion included', async () => {
    const made = await add()
    const next = { ...made, version: 2, name: 'Later' }
    await transact(database.db, (tx) => replaceTrigger(tx, 'p1', next, 7, at(2)))
    expect(await transact(database.db, (tx) => removeTrigger(tx, 'p2', made.id, 7, at(3)))).toBe(false)
    expect(await transact(database.db, (tx) => removeTrigger(tx, 'p1', made.id, 7, at(3)))).toBe(true)
    expect(await findTrigger(database.db, 'p1', made.id)).toBeNull()
    const versions = await database.db.selectFrom('trigger_version').selectAll().orderBy('version').execute()
    expect(versions.map(({ version, changed_by, body }) => [version, changed_by, JSON.parse(body ?? 'null')])).toEqual([
      [1, 1, made],
      [2, 7, next],
      [3, 7, null],
    ])
    expect(await listTriggerNames(database.db, 'p1', [made.id, '99'])).toEqual(new Map([[made.id, 'Later']]))
  })

  it('are listed by type and pipeline, the one made first in front', async () => {
    await add({ name: 'second', createdAt: time(2) })
    await add({ name: 'first', createdAt: time(1) })
    await add({ name: 'lead', entityTypeId: 1, categoryId: null, createdAt: time(3) })
    await add({ name: 'foreign' }, 'p2')
    const names = async (filter = {}) => (await listTriggers(database.db, 'p1', filter)).map(({ name }) => name)
    expect(await names()).toEqual(['first', 'second', 'lead'])
    expect(await names({ entityTypeId: 2, categoryId: 4 })).toEqual(['first', 'second'])
    expect(await names({ categoryId: 0 })).toEqual([])
    expect(await names({ categoryId: null })).toEqual(['lead'])
  })

  it('count what they did lately', async () => {
    await journal(database, 1, [decision({ key: 'a', outcome: 'moved' }), decision({ key: 'b' })])
    await journal(database, 9, [
      decision({ key: 'c', outcome: 'moved' }),
      decision({ key: 'd', outcome: 'failed' }),
      decision({ key: 'e', outcome: 'would-move' }),
      decision({ key: 'f', triggerId: '6' }),
    ])
    const counts = await countOutcomes(database.db, 'p1', ['5', '6', '7'], at(5))
    expect(Object.fromEntries(counts)).toEqual({
      5: { moved: 1, wouldMove: 1, skipped: 0, failed: 1 },
      6: { moved: 0, wouldMove: 0, skipped: 1, failed: 0 },
    })
  })
})

describe.each(Object.entries(engines))('the journal in %s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await addOccurrences(database.db, 'p1', [
      { occurrence: occurrence('a', 1), filtered: ['5', '6'] },
      { occurrence: occurrence('b', 2), filtered: [] },
      { occurrence: occurrence('c', 2), filtered: ['65'] },
    ])
    await journal(database, 1, [decision({ key: 'a', outcome: 'moved', userId: 15, onBehalfOf: 16 })])
    await journal(database, 2, [decision({ key: 'b', item: null, reason: 'no-item' })])
    await journal(database, 3, [decision({ key: 'zz', triggerId: '6', outcome: 'failed', reason: 'no-rights' })])
  })
  afterAll(() => database.close())

  it('lists decisions newest first with their occurrence', async () => {
    const rows = await listDecisions(database.db, 'p1', {}, 10)
    expect(rows.map((row) => [row.occurrence_key, row.occurrence_at, row.source])).toEqual([
      ['zz', null, null],
      ['b', time(2), 'event'],
      ['a', time(1), 'event'],
    ])
    expect(await listDecisions(database.db, 'p2', {}, 10)).toEqual([])
  })

  it.each([
    [{ triggerId: 6 }, ['zz']],
    [{ kind: 'call-missed' }, ['zz', 'b', 'a']],
    [{ kind: 'call-inbound' }, []],
    [{ entityTypeId: 2, itemId: 31 }, ['zz', 'a']],
    [{ outcome: 'moved' as const }, ['a']],
    [{ reason: 'no-item' }, ['b']],
    [{ userId: 15 }, ['a']],
    [{ userId: 16 }, ['a']],
    [{ from: time(2) }, ['zz', 'b']],
    [{ to: time(2) }, ['b', 'a']],
    [{ from: time(2), to: time(2) }, ['b']],
  ])('finds %j', async (filter, keys) => {
    const rows = await listDecisions(database.db, 'p1', filter, 10)
    expect(rows.map((row) => row.occurrence_key)).toEqual(keys)
  })

  it('goes on where a page ended', async () => {
    const [first] = await listDecisions(database.db, 'p1', {}, 1)
    const rest = await listDecisions(database.db, 'p1', { before: first?.id }, 10)
    expect(rest.map((row) => row.occurrence_key)).toEqual(['b', 'a'])
  })

  it('lists what filters ruled out', async () => {
    const keys = async (filter: object) =>
      (await listFiltered(database.db, 'p1', { from: time(0), ...filter }, 10)).map(({ key }) => key)
    expect(await keys({})).toEqual(['c', 'a'])
    expect(await keys({ kind: 'call-missed', to: time(1) })).toEqual(['a'])
    expect(await keys({ start: { heardAt: time(1), key: 'a' } })).toEqual(['a'])
    expect(await keys({ start: { heardAt: time(1), key: 'b' } })).toEqual([])
    expect(await keys({ from: time(2) })).toEqual(['c'])
  })

  it('takes what a turn of 40 notices and a hundred triggers decides', async () => {
    const decisions = Array.from({ length: 4000 }, (_, index) => decision({ key: `turn-${index}`, reason: 'several' }))
    await journalDecisions(database.db, 'p3', decisions, at(4))
    expect(await listDecisions(database.db, 'p3', {}, 5000)).toHaveLength(4000)
  })
})

function occurrence(key: string, second: number) {
  const when = { at: time(second), heardAt: time(second), source: 'event' as const }
  return { key, kind: 'call-missed' as const, facts: {}, origin: { activityId: null, refs: [] }, ...when }
}

type Sample = { key: string; triggerId?: string; userId?: number; onBehalfOf?: number } & Partial<
  Pick<Decision, 'outcome' | 'reason' | 'item'>
>

function decision({ key, triggerId = '5', userId, onBehalfOf, ...others }: Sample): Decision {
  const behalf = onBehalfOf === undefined ? {} : { onBehalfOf }
  return {
    occurrenceKey: key,
    kind: 'call-missed',
    trigger: { id: triggerId, name: 'Missed' },
    item: { entityTypeId: 2, id: 31 },
    outcome: 'skipped',
    reason: null,
    facts: {},
    move: userId === undefined ? null : { from: 'A', to: 'B', userId, ...behalf },
    requestId: null,
    ...others,
  }
}

async function journal({ db }: TestDatabase, second: number, decisions: Decision[]): Promise<void> {
  await journalDecisions(db, 'p1', decisions, at(second))
}
