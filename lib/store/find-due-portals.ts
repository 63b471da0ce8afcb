import type { Db } from './database.ts'

/** Portals with work that is due and whose lease nobody holds, the one that has waited longest first. */
export async function findDuePortals(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('work')
    .innerJoin('portal as home', 'home.member_id', 'work.portal')
    .select((eb) => ['work.portal', eb.fn.min('due_at').as('since')])
    .where('state', '=', 'due')
    .where('due_at', '<=', now.toISOString())
    .where((eb) => eb.or([eb('home.lease_until', 'is', null), eb('home.lease_until', '<=', now.toISOString())]))
    .groupBy('work.portal')
    .orderBy('since')
    .limit(limit)
    .execute()
  return rows.map((row) => row.portal)
}
