import type { Db } from './database.ts'

/** Portals with work that is due, the one that has waited longest first. */
export async function findDuePortals(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('work')
    .select((eb) => ['portal', eb.fn.min('due_at').as('since')])
    .where('state', '=', 'due')
    .where('due_at', '<=', now.toISOString())
    .groupBy('portal')
    .orderBy('since')
    .limit(limit)
    .execute()
  return rows.map((row) => row.portal)
}
