import type { Db } from './database.ts'
import type { Occurrence } from './occurrence.ts'

/** Keeps occurrences with the triggers whose own fields ruled them out; one that is known stays as it is. */
export async function addOccurrences(
  db: Db,
  portal: string,
  occurrences: { occurrence: Occurrence; filtered: string[] }[],
): Promise<void> {
  if (occurrences.length === 0) return
  const rows = occurrences.map(({ occurrence, filtered }) => ({
    portal,
    key: occurrence.key,
    kind: occurrence.kind,
    at: occurrence.at,
    source: occurrence.source,
    facts: JSON.stringify(occurrence.facts),
    origin: JSON.stringify(occurrence.origin),
    yields_to: occurrence.yieldsTo ?? null,
    heard_at: occurrence.heardAt,
    filtered: JSON.stringify(filtered),
  }))
  await db
    .insertInto('occurrence')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .execute()
}
