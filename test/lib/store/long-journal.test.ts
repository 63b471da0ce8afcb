import { CompiledQuery, createQueryId, type RootOperationNode } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultSettings } from '../../../lib/domain/portal.ts'
import { retryMovesOnAccess } from '../../../lib/engine/move/retry-on-access.ts'
import type { Db } from '../../../lib/store/database.ts'
import { countOutcomes, listDecisions } from '../../../lib/store/decisions.ts'
import { findInFlightItems, settleIntents } from '../../../lib/store/intents.ts'
import { completeAndWake, completeJobs } from '../../../lib/store/jobs.ts'
import { releaseIfIdle } from '../../../lib/store/leases.ts'
import { listPortalsWithMail } from '../../../lib/store/portal-lists.ts'
import { type Ages, forgetOld } from '../../../lib/store/retention.ts'
import { readMovesAndActors, readTriggersAndReader } from '../../../lib/store/turn-reads.ts'
import { openSqlite, type TestDatabase } from './test-database.ts'

/** What is done with every event, every minute, every hour or when somebody gives access must not look at all that a portal ever had: SQLite itself says how it would go about it. */

let database: TestDatabase
beforeEach(async () => {
  database = await openSqlite()
})
afterEach(() => database.close())

/** Of other tables there are few rows: of messages those of a day, of the audit one now and then. */
const long = 'intent|decision|occurrence|work|rest_log'
const looksThroughAll = new RegExp(`^SCAN (${long}|sent_mail)\\b|^SEARCH (${long}) .*\\(portal=\\?\\)`)

const now = new Date()
const items = [{ entityTypeId: 2, id: 31 }]
const somePortal = { memberId: 'p1', settings: defaultSettings }
const settled = { portal: 'p1', type: 'settle-move', dedupKeys: ['intent:1', 'intent:2'], reason: 'settled' } as const
const ages: Ages = {
  journal: now,
  filtered: now,
  jobs: now,
  parked: now,
  restLog: now,
  conversations: now,
  seenMessages: now,
  madeLinks: now,
  audit: now,
}

test.each<[string, (db: Db) => Promise<unknown>]>([
  ['moves of an item that are not settled', (db) => findInFlightItems(db, 'p1', items)],
  [
    'moves of an item within ten minutes, and who can be acted as',
    (db) => readMovesAndActors(db, somePortal, { items, movedSince: now, userIds: [15] }, now),
  ],
  ['triggers, and who reads', (db) => readTriggersAndReader(db, 'p1', ['email-incoming'])],
  ['moves that wait for an access', (db) => retryMovesOnAccess(db, 'p1', { userId: 15, admin: true }, now)],
  ['what waits for a move, and its own row', (db) => completeAndWake(db, settled, 'item-busy', now)],
  ['whether anything is due', (db) => releaseIfIdle(db, { portal: 'p1', owner: 'us', number: 1 }, now)],
  ['portals with e-mails that are watched', (db) => listPortalsWithMail(db)],
  ['what failed', (db) => listDecisions(db, 'p1', { outcome: 'failed', atLeast: 7 }, 50)],
  ['what triggers did in the last days', (db) => countOutcomes(db, 'p1', ['5'], now)],
  ['what is too old', (db) => forgetOld(db, 'p1', ages)],
])('%s: found without looking through the rest', async (_, operation) => {
  const steps = await plan(database.db, operation)
  expect(steps.length).toBeGreaterThan(0)
  expect(steps.filter((step) => looksThroughAll.test(step))).toEqual([])
})

const jobs = [1, 2].map((id) => ({ portal: 'p1', id }))

test.each<[string, (db: Db) => Promise<unknown>]>([
  ['jobs that end', (db) => completeJobs(db, jobs, 'over', now)],
  ['moves that are settled', (db) => settleIntents(db, 'p1', [1, 2])],
])('%s are found by their ids, not among all of the portal', async (_, operation) => {
  expect(await plan(database.db, operation)).toContainEqual(expect.stringContaining('USING INTEGER PRIMARY KEY'))
})

test('of an item that was moved often an index tells which moves are of late', async () => {
  const wanted = { items, movedSince: now, userIds: [15] }
  const steps = await plan(database.db, (db) => readMovesAndActors(db, somePortal, wanted, now))
  expect(steps).toContainEqual(expect.stringContaining('USING INDEX intent_recent'))
})

test('occurrences that were emptied are not walked again', async () => {
  const steps = await plan(database.db, (db) => forgetOld(db, 'p1', ages))
  expect(steps).toContainEqual(expect.stringContaining('occurrence_named'))
  expect(steps).toContainEqual(expect.stringContaining('occurrence_filtered'))
})

/** The steps of all statements of an operation. */
async function plan(db: Db, operation: (db: Db) => Promise<unknown>): Promise<string[]> {
  const nodes: RootOperationNode[] = []
  const listening = db.withPlugin({
    transformQuery: ({ node }) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await operation(listening)
  const steps: string[] = []
  for (const node of nodes) {
    const { sql, parameters } = db.getExecutor().compileQuery(node, createQueryId())
    const { rows } = await db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${sql}`, parameters.map(String)),
    )
    steps.push(...rows.map(({ detail }) => detail))
  }
  return steps
}
