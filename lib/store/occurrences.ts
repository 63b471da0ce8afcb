import { type Selectable, type SqlBool, sql } from 'kysely'
import type { KindCode } from '../domain/kind-code.ts'
import type { Occurrence } from '../domain/occurrence.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import { hashedKey } from './forget-occurrences.ts'
import type { OccurrenceTable } from './schema.ts'

/** Keeps occurrences with the triggers whose own fields ruled them out; one that is known stays as it is. */
export async function addOccurrences(
  db: Db,
  portal: string,
  occurrences: { occurrence: Occurrence; filtered: string[] }[],
): Promise<void> {
  if (occurrences.length > 0) await insert(db, { rows: occurrences.map((one) => occurrenceRow(portal, one)) })
}

function occurrenceRow(portal: string, { occurrence, filtered }: { occurrence: Occurrence; filtered: string[] }) {
  return {
    portal,
    key: occurrence.key,
    kind: occurrence.kind,
    at: occurrence.at,
    source: occurrence.source,
    facts: JSON.stringify(occurrence.facts),
    origin: JSON.stringify(occurrence.origin),
    yields_to: occurrence.precededBy ?? null,
    heard_at: occurrence.heardAt,
    filtered: JSON.stringify(filtered),
  }
}

const insert = compiledOnce((db, { rows }: { rows: readonly ReturnType<typeof occurrenceRow>[] }) =>
  db
    .insertInto('occurrence')
    .values(rows)
    .onConflict((c) => c.doNothing()),
)

/** An occurrence by its key. */
export async function findOccurrence(db: Db, portal: string, key: string): Promise<Occurrence | null> {
  const row = await db
    .selectFrom('occurrence')
    .selectAll()
    .where('portal', '=', portal)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row) return null
  return {
    key: row.key,
    kind: row.kind as KindCode,
    at: row.at,
    source: row.source,
    facts: JSON.parse(row.facts),
    origin: JSON.parse(row.origin),
    heardAt: row.heard_at,
    ...(row.yields_to === null ? {} : { precededBy: row.yields_to }),
  }
}

/** Which of the keys were counted before, also those that are only kept as hashes. */
export async function findKnownKeys(db: Db, portal: string, keys: string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const written = new Map(keys.flatMap((key) => [[key, key] as const, [hashedKey(portal, key), key] as const]))
  const { rows } = await knownKeys(db, { portal, keys: [...written.keys()] })
  return new Set(rows.flatMap((row) => written.get(row.key) ?? []))
}

const knownKeys = compiledOnce((db, { portal, keys }: { portal: string; keys: readonly string[] }) =>
  db.selectFrom('occurrence').select('key').where('portal', '=', portal).where('key', 'in', keys),
)

/** Ways round what a portal does not give (`triggers.md`): calls without an activity, chats whose history may not be read. */
export type DegradedFeature = 'calls' | 'histories'

/** Older ones of a portal where much happens are not looked at: whoever opens the status page must not hold others up. */
const NEWEST = 20_000

/** Which of them had to be taken since then. */
export async function findDegradedFeatures(db: Db, portal: string, since: Date): Promise<Set<DegradedFeature>> {
  const newest = db
    .selectFrom('occurrence')
    .select(['key', 'kind', 'origin'])
    .where('portal', '=', portal)
    .where('heard_at', '>=', since.toISOString())
    .orderBy('heard_at', 'desc')
    .limit(NEWEST)
  const recent = db.selectFrom(newest.as('newest')).select('key').limit(1)
  const call = await recent
    .where('kind', 'like', 'call-%')
    .where('origin', 'like', '%"activityId":null%')
    .executeTakeFirst()
  // Only a message that has no session is known by the customer's code, which is written with bars.
  const chat = await recent.where('key', 'like', 'chat-message:%|%').executeTakeFirst()
  return new Set([...(call ? (['calls'] as const) : []), ...(chat ? (['histories'] as const) : [])])
}

export type FilteredFilter = {
  kind?: string | undefined
  /** When we heard of it, ISO 8601 UTC, both included. */
  from: string
  to?: string | undefined
  /** Only this one and what comes after it in the list. */
  start?: { heardAt: string; key: string } | undefined
}

/** Occurrences that some trigger's own fields ruled out, newest first. `filtered` holds the ids of those triggers. */
export async function listFiltered(
  db: Db,
  portal: string,
  filter: FilteredFilter,
  limit: number,
): Promise<Selectable<OccurrenceTable>[]> {
  let query = db
    .selectFrom('occurrence')
    .selectAll()
    .where('portal', '=', portal)
    .where('heard_at', '>=', filter.from)
    .where(sql<SqlBool>`filtered <> '[]'`)
  const { kind, to, start } = filter
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (to !== undefined) query = query.where('heard_at', '<=', to)
  if (start !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('heard_at', '<', start.heardAt),
        eb.and([eb('heard_at', '=', start.heardAt), eb('key', '>=', start.key)]),
      ]),
    )
  }
  return query.orderBy('heard_at', 'desc').orderBy('key').limit(limit).execute()
}
