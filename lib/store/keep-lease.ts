import type { Db } from './database.ts'
import type { Lease } from './hold-lease.ts'

/** Another process took the portal over: nothing of this round may be written any more. */
export class LeaseLost extends Error {
  constructor(portal: string) {
    super(`The lease of portal ${portal} was taken over by another process`)
  }
}

/**
 * Prolongs the lease, or throws `LeaseLost`. As the first statement of a transaction it also guards it: whoever takes the
 * portal over has changed the row, so this update finds nothing.
 */
export async function keepLease(db: Db, lease: Lease, until: Date): Promise<void> {
  const result = await db
    .updateTable('portal')
    .set({ lease_until: until.toISOString() })
    .where('member_id', '=', lease.portal)
    .where('lease_owner', '=', lease.owner)
    .where('lease_number', '=', lease.number)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) throw new LeaseLost(lease.portal)
}
