import type { Db } from './database.ts'
import { FLOOD } from './park-flood.ts'

/** Rows of one statement, so that others have their turn. */
const AT_ONCE = 1000

/** Before which moment each sort of row is too old. */
export type Ages = { journal: Date; filtered: Date; work: Date; restLog: Date }

/**
 * Deletes up to a thousand rows of each sort that are too old: entries of the journal with their moves, done work, the log of requests.
 * Occurrences are emptied and keep their keys, so that nothing is ever counted twice. True: there may be more.
 */
export async function forgetOld(db: Db, portal: string, ages: Ages): Promise<boolean> {
  const counts = [
    await forgetDecisions(db, portal, ages.journal.toISOString()),
    await forgetIntents(db, portal, ages.journal.toISOString()),
    await emptyOccurrences(db, portal, ages.journal.toISOString()),
    await emptyFiltered(db, portal, ages.filtered.toISOString()),
    await forgetWork(db, portal, ages.work.toISOString()),
    await forgetRestLog(db, portal, ages.restLog.toISOString()),
  ]
  return counts.some((count) => count >= AT_ONCE)
}

async function forgetDecisions(db: Db, portal: string, before: string): Promise<number> {
  const old = db
    .selectFrom('decision')
    .select('id')
    .where('portal', '=', portal)
    .where('at', '<', before)
    .limit(AT_ONCE)
  const { numDeletedRows } = await db.deleteFrom('decision').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}

/** An open one is never too old. */
async function forgetIntents(db: Db, portal: string, before: string): Promise<number> {
  const old = db
    .selectFrom('intent')
    .select('id')
    .where('portal', '=', portal)
    .where('state', '=', 'settled')
    .where('begun_at', '<', before)
    .limit(AT_ONCE)
  const { numDeletedRows } = await db.deleteFrom('intent').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}

async function emptyOccurrences(db: Db, portal: string, before: string): Promise<number> {
  const empty = { facts: '{}', origin: JSON.stringify({ activityId: null, refs: [] }), filtered: '[]' }
  const old = db
    .selectFrom('occurrence')
    .select('key')
    .where('portal', '=', portal)
    .where('heard_at', '<', before)
    .where('facts', '<>', '{}')
    .limit(AT_ONCE)
  const { numUpdatedRows } = await db
    .updateTable('occurrence')
    .set(empty)
    .where('portal', '=', portal)
    .where('key', 'in', old)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Which triggers' own fields ruled an occurrence out is of interest for some days only. */
async function emptyFiltered(db: Db, portal: string, before: string): Promise<number> {
  const old = db
    .selectFrom('occurrence')
    .select('key')
    .where('portal', '=', portal)
    .where('heard_at', '<', before)
    .where('filtered', '<>', '[]')
    .limit(AT_ONCE)
  const { numUpdatedRows } = await db
    .updateTable('occurrence')
    .set({ filtered: '[]' })
    .where('portal', '=', portal)
    .where('key', 'in', old)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** What a person should look at stays, but for notices that were never more than a flood. */
async function forgetWork(db: Db, portal: string, before: string): Promise<number> {
  const old = db
    .selectFrom('work')
    .select('id')
    .where('portal', '=', portal)
    .where((eb) => eb.or([eb('state', '=', 'done'), eb.and([eb('state', '=', 'parked'), eb('reason', '=', FLOOD)])]))
    .where('due_at', '<', before)
    .limit(AT_ONCE)
  const { numDeletedRows } = await db.deleteFrom('work').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}

async function forgetRestLog(db: Db, portal: string, before: string): Promise<number> {
  const old = db
    .selectFrom('rest_log')
    .select('id')
    .where('portal', '=', portal)
    .where('at', '<', before)
    .limit(AT_ONCE)
  const { numDeletedRows } = await db.deleteFrom('rest_log').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}
