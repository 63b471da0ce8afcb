import type { Db } from './database.ts'

/** Gives every right to refresh back. Only for who knows that no other process is alive: the one process of a folder, at its start. */
export async function releaseAllRefreshes(db: Db): Promise<void> {
  await db.updateTable('access').set({ refreshing_until: null }).where('refreshing_until', 'is not', null).execute()
}
