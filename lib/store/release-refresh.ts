import type { Db } from './database.ts'

/** Gives the right to refresh back after a failure, so that the next caller need not wait for its end. */
export async function releaseRefresh(db: Db, portal: string, userId: number, until: Date): Promise<void> {
  await db
    .updateTable('access')
    .set({ refreshing_until: null })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('refreshing_until', '=', until.toISOString())
    .execute()
}
