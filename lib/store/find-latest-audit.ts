import type { Db } from './database.ts'

/** When an action last stood in the portal's audit, no longer ago than `since` (ISO 8601 UTC); null: not since then. */
export async function findLatestAudit(db: Db, portal: string, action: string, since: Date): Promise<string | null> {
  const row = await db
    .selectFrom('audit')
    .select('at')
    .where('portal', '=', portal)
    .where('action', '=', action)
    .where('at', '>=', since.toISOString())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}
