import type { Db } from './database.ts'

/** Remembers that a user's access served: of several administrators the last one reads. */
export async function touchAccess(db: Db, portal: string, userId: number, now: Date): Promise<void> {
  await db
    .updateTable('access')
    .set({ used_at: now.toISOString(), refused_until: null, refusals: 0 })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('used_at', '<', now.toISOString())
    .execute()
}
