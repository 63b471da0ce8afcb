import { type RawBuilder, sql } from 'kysely'
import type { Db } from './database.ts'
import { forgetOccurrences } from './forget-occurrences.ts'
import { isOfPortal } from './of-portal.ts'
import type { Schema } from './schema.ts'

/** Rows of one statement, so that others have their turn. */
const AT_ONCE = 1000

/** Before which moment each sort of row is too old. */
export type Ages = {
  journal: Date
  filtered: Date
  work: Date
  parked: Date
  restLog: Date
  conversations: Date
  heardMessages: Date
  madeLinks: Date
  audit: Date
}

/** Rows of a table that are too old: what names one of them, and what becomes of them. */
type Part = {
  table: keyof Schema
  key: readonly string[]
  isOld: RawBuilder<unknown>
  /** What they are emptied of; absent: they go. */
  set?: RawBuilder<unknown>
}

/**
 * Forgets up to a thousand rows of each sort that are too old. Of occurrences a hash of their keys stays, so that nothing is ever
 * counted twice. Which table is kept how long, and why: `docs/operate.md`. True: there may be more.
 */
export async function forgetOld(db: Db, portal: string, ages: Ages): Promise<boolean> {
  const counts: number[] = []
  for (const part of oldParts(ages)) counts.push(await forgetPart(db, portal, part))
  counts.push(await forgetOccurrences(db, portal, ages.journal, AT_ONCE))
  return counts.some((count) => count >= AT_ONCE)
}

function oldParts(ages: Ages): Part[] {
  const before = (column: string, age: Date) => sql`${sql.ref(column)} < ${age.toISOString()}`
  return [
    { table: 'decision', key: ['id'], isOld: before('at', ages.journal) },
    // An open one is never too old.
    { table: 'intent', key: ['id'], isOld: sql`state = 'settled' and ${before('begun_at', ages.journal)}` },
    // A click on a link of ours has a key of its own each time, so nothing is ever counted twice for want of it.
    { table: 'occurrence', key: ['key'], isOld: sql`${before('heard_at', ages.journal)} and source = 'link'` },
    // Which triggers' own fields ruled an occurrence out is of interest for some days only.
    {
      table: 'occurrence',
      key: ['key'],
      isOld: sql`${before('heard_at', ages.filtered)} and filtered <> '[]'`,
      set: sql`filtered = '[]'`,
    },
    { table: 'work', key: ['id'], isOld: sql`state = 'done' and ${before('due_at', ages.work)}` },
    // What a person should look at waits longer, but not for ever.
    { table: 'work', key: ['id'], isOld: sql`state = 'parked' and ${before('due_at', ages.parked)}` },
    { table: 'rest_log', key: ['id'], isOld: before('at', ages.restLog) },
    { table: 'conversation', key: ['session_id'], isOld: before('seen_at', ages.conversations) },
    { table: 'heard_message', key: ['user_code', 'external_id'], isOld: before('at', ages.heardMessages) },
    { table: 'made_link', key: ['link'], isOld: before('made_at', ages.madeLinks) },
    { table: 'audit', key: ['id'], isOld: before('at', ages.audit) },
    { table: 'answer_drift', key: ['method', 'shape'], isOld: before('last_at', ages.parked) },
  ]
}

async function forgetPart(db: Db, portal: string, { table, key, isOld, set }: Part): Promise<number> {
  const name = sql.table(table)
  const keys = sql.join(key.map((column) => sql.ref(column)))
  const what = set ? sql`update ${name} set ${set}` : sql`delete from ${name}`
  const old = sql`select ${keys} from ${name} where portal = ${portal} and ${isOld} limit ${AT_ONCE}`
  const isOfIt = key[0] === 'id' ? isOfPortal(db, portal) : sql`portal = ${portal}`
  const { numAffectedRows } = await sql`${what} where ${isOfIt} and (${keys}) in (${old})`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Tables that may be written when their portal is erased already: by a request under way, or for a portal that was never proven. */
const TABLES = ['work', 'audit', 'rest_log'] as const

/**
 * Forgets rows whose portal is not there: no round of its own would ever come to them. It leaps from portal to portal in an index, as
 * looking at every row would hold others up.
 */
export async function forgetOrphans(db: Db): Promise<void> {
  for (const name of TABLES) {
    const table = sql.table(name)
    const portals = sql`
      with recursive seen (portal) as (
        select min(portal) from ${table}
        union all
        select (select min(portal) from ${table} where ${table}.portal > seen.portal) from seen where seen.portal is not null
      )
      select portal from seen where portal is not null and portal not in (select member_id from portal)`
    const { rows } = await sql<{ portal: string }>`${portals}`.execute(db)
    for (const { portal } of rows) await db.deleteFrom(name).where('portal', '=', portal).execute()
  }
}
