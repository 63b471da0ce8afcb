import type { KindCode } from '../triggers/kind.ts'
import type { Db } from './database.ts'
import type { Occurrence } from './occurrence.ts'

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
    ...(row.yields_to === null ? {} : { yieldsTo: row.yields_to }),
  }
}
