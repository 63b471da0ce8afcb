import type { Db } from './database.ts'

/** Gives every portal back. Only for who knows that no other process is alive: the one process of a folder, at its start. */
export async function releaseAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('portal')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', 'is not', null)
    .execute()
}
