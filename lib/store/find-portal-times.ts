import type { Db } from './database.ts'

/** When the portal's row was last changed by what happened to the app in it, such as its uninstallation. */
export async function findPortalTimes(db: Db, memberId: string): Promise<{ updatedAt: string }> {
  const row = await db
    .selectFrom('portal')
    .select('updated_at')
    .where('member_id', '=', memberId)
    .executeTakeFirstOrThrow()
  return { updatedAt: row.updated_at }
}
