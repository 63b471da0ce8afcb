import { type RawBuilder, sql } from 'kysely'
import { besideIds } from './beside-ids.ts'
import type { Db } from './database.ts'
import { forgetOccurrences } from './forget-occurrences.ts'
import type { Schema } from './schema.ts'

/** Rows of one statement, so that others have their turn. */
const AT_ONCE = 1000

/** Before which moment each sort of row is too old. */
export type Ages = {
  journal: Date
  filtered: Date
  jobs: Date
  parked: Date
  restLog: Date
  conversations: Date
  seenMessages: Date
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
  /** Anybody who may make some may make any number: so many of a portal stay, the newest by that column. */
  most?: Readonly<{ newest: string; rows: number }>
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
    { table: 'work', key: ['id'], isOld: sql`state = 'done' and ${before('due_at', ages.jobs)}` },
    // What a person should look at waits longer, but not for ever.
    { table: 'work', key: ['id'], isOld: sql`state = 'parked' and ${before('due_at', ages.parked)}` },
    { table: 'rest_log', key: ['id'], isOld: before('at', ages.restLog) },
    { table: 'conversation', key: ['session_id'], isOld: before('seen_at', ages.conversations) },
    { table: 'heard_message', key: ['user_code', 'external_id'], isOld: before('at', ages.seenMessages) },
    {
      table: 'made_link',
      key: ['link'],
      isOld: before('made_at', ages.madeLinks),
      most: { newest: 'made_at', rows: 50_000 },
    },
    {
      table: 'link_host',
      key: ['host'],
      isOld: before('last_at', ages.audit),
      most: { newest: 'last_at', rows: 1000 },
    },
    { table: 'audit', key: ['id'], isOld: before('at', ages.audit) },
    { table: 'answer_drift', key: ['method', 'shape'], isOld: before('last_at', ages.parked) },
  ]
}

async function forgetPart(db: Db, portal: string, { table, key, isOld, set, most }: Part): Promise<number> {
  const name = sql.table(table)
  const keys = sql.join(key.map((column) => sql.ref(column)))
  const what = set ? sql`update ${name} set ${set}` : sql`delete from ${name}`
  const last = most && (await lastOfMost(db, portal, table, most))
  const isToGo = last === undefined ? isOld : sql`(${isOld} or ${last})`
  const old = sql`select ${keys} from ${name} where portal = ${portal} and ${isToGo} limit ${AT_ONCE}`
  const home = key[0] === 'id' ? besideIds(db, 'portal') : sql.ref('portal')
  const { numAffectedRows } = await sql`${what} where ${home} = ${portal} and (${keys}) in (${old})`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Which rows are more than are kept; undefined: none. */
async function lastOfMost(
  db: Db,
  portal: string,
  table: keyof Schema,
  { newest, rows: most }: NonNullable<Part['most']>,
): Promise<RawBuilder<unknown> | undefined> {
  const time = sql.ref(newest)
  const { rows } = await sql<{ time: string }>`select ${time} as time from ${sql.table(table)} where portal = ${portal}
    order by ${time} desc limit 1 offset ${most}`.execute(db)
  return rows[0] && sql`${time} <= ${rows[0].time}`
}

/** Tables that may be written when their portal is erased already: by a request under way, or for a portal that was never proven. */
const TABLES = ['work', 'audit', 'rest_log'] as const

/** So many portals that are there are passed by one statement. */
const PORTALS_AT_ONCE = 500

/**
 * Forgets rows whose portal is not there: no round of its own would ever come to them. It goes from portal to portal and looks, in an index,
 * for rows between two neighbours, as looking at every row would hold others up.
 */
export async function forgetOrphans(db: Db): Promise<void> {
  let after = ''
  for (;;) {
    const rows = await db
      .selectFrom('portal')
      .select('member_id')
      .where('member_id', '>', after)
      .orderBy('member_id')
      .limit(PORTALS_AT_ONCE)
      .execute()
    const known = rows.map(({ member_id }) => member_id)
    const isLast = known.length < PORTALS_AT_ONCE
    for (const table of TABLES) await forgetLone(db, table, [after, ...known], isLast)
    if (isLast) return
    after = known.at(-1) ?? ''
  }
}

/** Forgets rows between each two of these neighbours, and behind the last one if there is none after it. */
async function forgetLone(
  db: Db,
  name: (typeof TABLES)[number],
  neighbours: readonly string[],
  isLast: boolean,
): Promise<void> {
  const table = sql.table(name)
  const gaps = neighbours.slice(1).map((one, index) => sql`(${neighbours[index]}, ${one})`)
  const between = sql`select distinct lone.portal from (values ${sql.join(gaps)}) as gap
    cross join ${table} as lone where lone.portal > gap.column1 and lone.portal < gap.column2`
  const behind = sql`select distinct portal from ${table} where portal > ${neighbours.at(-1)}`
  for (const where of [...(gaps.length > 0 ? [between] : []), ...(isLast ? [behind] : [])]) {
    const { rows } = await sql<{ portal: string }>`${where}`.execute(db)
    for (const { portal } of rows) {
      // It may have come back meanwhile.
      const home = db.selectFrom('portal').select('member_id').where('member_id', '=', portal)
      const lone = db.deleteFrom(name).where('portal', '=', portal)
      await lone.where(({ not, exists }) => not(exists(home))).execute()
    }
  }
}
