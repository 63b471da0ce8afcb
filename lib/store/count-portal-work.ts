import type { Db } from './database.ts'

/** How much work of a kind waits for a portal: due (`since`: the oldest moment it is due, ISO 8601 UTC) or parked. */
export type WorkCount = { kind: string; state: 'due' | 'parked'; count: number; since: string }

export async function countPortalWork(db: Db, portal: string): Promise<WorkCount[]> {
  const rows = await db
    .selectFrom('work')
    .select((eb) => ['kind', 'state', eb.fn.countAll<number>().as('count'), eb.fn.min('due_at').as('since')])
    .where('portal', '=', portal)
    .where('state', 'in', ['due', 'parked'])
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .execute()
  return rows.map(({ kind, state, count, since }) => {
    return { kind, state: state === 'parked' ? 'parked' : 'due', count: Number(count), since }
  })
}
