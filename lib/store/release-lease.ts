import type { Db } from './database.ts'
import type { Lease } from './hold-lease.ts'

/** Gives the portal back; does nothing when the lease was lost meanwhile. */
export async function releaseLease(db: Db, lease: Lease): Promise<void> {
  await db
    .updateTable('portal')
    .set({ lease_owner: null, lease_until: null })
    .where('member_id', '=', lease.portal)
    .where('lease_owner', '=', lease.owner)
    .where('lease_number', '=', lease.number)
    .execute()
}
