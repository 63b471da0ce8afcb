import type { Db } from './database.ts'

/** For which of these reasons a portal's work waits, and since when (ISO 8601 UTC); null: for none of them. */
export async function findWaitingSince(
  db: Db,
  portal: string,
  reasons: readonly string[],
): Promise<{ reason: string; since: string } | null> {
  const row = await db
    .selectFrom('work')
    .select(['reason', 'created_at'])
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('reason', 'in', reasons)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return row?.reason ? { reason: row.reason, since: row.created_at } : null
}
