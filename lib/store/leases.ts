import type { Db } from './database.ts'

/** The right to write for one portal until it ends or is lost; every lease has a higher number than the one before. */
export type Lease = { portal: string; owner: string; number: number }

/** No lease is given for longer, milliseconds: one that ends later was given by a clock that has been put back since. */
const MAX_LEASE_MS = 60_000

/** Between which moments a lease ends that somebody holds: one that ends at `from` or before is over, one after `to` is none of now. ISO 8601 UTC. */
export function endOfHeldLease(now: Date): Readonly<{ from: string; to: string }> {
  return { from: now.toISOString(), to: new Date(now.getTime() + MAX_LEASE_MS).toISOString() }
}

/** Takes the portal's lease if nobody else holds it: one conditional update, the same on both engines. */
export async function acquireLease(
  db: Db,
  { portal, owner, now, until }: { portal: string; owner: string; now: Date; until: Date },
): Promise<Lease | null> {
  const held = endOfHeldLease(now)
  const row = await db
    .updateTable('portal')
    .set((eb) => ({
      lease_owner: owner,
      lease_until: until.toISOString(),
      lease_number: eb('lease_number', '+', 1),
    }))
    .where('member_id', '=', portal)
    .where((eb) =>
      eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', held.from), eb('lease_until', '>', held.to)]),
    )
    .returning('lease_number')
    .executeTakeFirst()
  return row ? { portal, owner, number: row.lease_number } : null
}

/** Another process took the portal over: nothing of this round may be written any more. */
export class LeaseLostError extends Error {
  constructor(portal: string) {
    super(`The lease of portal ${portal} was taken over by another process`)
  }
}

/**
 * Prolongs the lease, or throws `LeaseLostError`. As the first statement of a transaction it also guards it: whoever takes the
 * portal over has changed the row, so this update finds nothing.
 */
export async function renewLease(db: Db, lease: Lease, until: Date): Promise<void> {
  const result = await db
    .updateTable('portal')
    .set({ lease_until: until.toISOString() })
    .where('member_id', '=', lease.portal)
    .where('lease_owner', '=', lease.owner)
    .where('lease_number', '=', lease.number)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) throw new LeaseLostError(lease.portal)
}

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

/** Gives every portal back. Only for who knows that no other process is alive: the one process of a folder, at its start. */
export async function releaseAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('portal')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', 'is not', null)
    .execute()
}
