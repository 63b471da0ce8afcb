import type { Db } from './database.ts'
import type { WorkState } from './schema.ts'

/** How much work waits over all portals, by kind: due and parked. */
export async function countWork(db: Db): Promise<{ kind: string; state: WorkState; count: number }[]> {
  const rows = await db
    .selectFrom('work')
    .select((eb) => ['kind', 'state', eb.fn.countAll<number>().as('count')])
    .where('state', 'in', ['due', 'parked'])
    .groupBy(['kind', 'state'])
    .execute()
  return rows.map(({ kind, state, count }) => ({ kind, state, count: Number(count) }))
}
