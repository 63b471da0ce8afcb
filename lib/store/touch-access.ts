import type { Db } from './database.ts'

/** Remembers that a user's access was used: of several administrators the last one serves for reading. */
export async function touchAccess(db: Db, portal: string, userId: number, now: Date): Promise<void> {
  await db
    .updateTable('access')
    .set({ used_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('used_at', '<', now.toISOString())
    .execute()
}
