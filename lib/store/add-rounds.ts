import { addWorkOfKnown } from './add-work-of-known.ts'
import type { Db } from './database.ts'

/** A statement takes a limited number of values. */
const AT_ONCE = 500

/**
 * Adds a round of periodic work, due at that moment, for each of the portals that had none since then; one that is still due stays as
 * it is.
 */
export async function addRounds(
  db: Db,
  { kind, portals, since, dueAt }: { kind: string; portals: readonly string[]; since: Date; dueAt: Date },
  now: Date,
): Promise<void> {
  if (portals.length === 0) return
  const rows = await db
    .selectFrom('work')
    .select('portal')
    .where('state', 'in', ['due', 'done', 'parked'])
    .where('due_at', '>=', since.toISOString())
    .where('kind', '=', kind)
    .execute()
  const served = new Set(rows.map(({ portal }) => portal))
  const wanting = portals.filter((portal) => !served.has(portal))
  for (let start = 0; start < wanting.length; start += AT_ONCE) {
    const rounds = wanting.slice(start, start + AT_ONCE)
    await addWorkOfKnown(
      db,
      rounds.map((portal) => ({ portal, kind, subject: 'round', dueAt })),
      now,
    )
  }
}
