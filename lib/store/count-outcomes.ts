import { sql } from 'kysely'
import type { Db } from './database.ts'

export type OutcomeCounts = { moved: number; skipped: number; failed: number }

/** How often each trigger moved, skipped and failed since then, by trigger id; triggers without decisions are left out. */
export async function countOutcomes(
  db: Db,
  portal: string,
  triggerIds: string[],
  since: Date,
): Promise<Map<string, OutcomeCounts>> {
  if (triggerIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('decision')
    .select((eb) => ['trigger_id', 'outcome', eb.fn.countAll<number>().as('count')])
    .where('portal', '=', portal)
    // With the sign it is no column that an index could be chosen for: the one of the days is the right one, however few triggers there are.
    .where(sql<number>`+trigger_id`, 'in', triggerIds.map(Number))
    .where('at', '>=', since.toISOString())
    .groupBy(['trigger_id', 'outcome'])
    .execute()
  const counts = new Map<string, OutcomeCounts>()
  for (const { trigger_id, outcome, count } of rows) {
    if (outcome === 'would-move') continue
    const entry = counts.get(String(trigger_id)) ?? { moved: 0, skipped: 0, failed: 0 }
    counts.set(String(trigger_id), { ...entry, [outcome]: Number(count) })
  }
  return counts
}
