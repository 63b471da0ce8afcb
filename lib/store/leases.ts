import type { Portal } from '../domain/portal.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import { portalFromRow } from './portals.ts'

/** The right to write for one portal until it ends or is lost; every lease has a higher number than the one before. */
export type Lease = { portal: string; owner: string; number: number }

/** No lease is given for longer, milliseconds: one that ends later was given by a clock that has been put back since. */
export const MAX_LEASE_MS = 60_000

/** Between which moments a lease ends that somebody holds: one that ends at `from` or before is over, one after `to` is none of now. ISO 8601 UTC. */
export function endOfHeldLease(now: Date): Readonly<{ from: string; to: string }> {
  return { from: now.toISOString(), to: new Date(now.getTime() + MAX_LEASE_MS).toISOString() }
}

/** A lease just acquired, with the portal as it is now. */
type AcquiredLease = Lease & { home: Portal }

/** Takes the portal's lease if nobody else holds it: one conditional update, the same on both engines. */
export async function acquireLease(
  db: Db,
  { portal, owner, now, until }: { portal: string; owner: string; now: Date; until: Date },
): Promise<AcquiredLease | null> {
  const { rows } = await acquire(db, { portal, owner, until: until.toISOString(), ...endOfHeldLease(now) })
  const [row] = rows
  return row ? { portal, owner, number: row.lease_number, home: portalFromRow(row) } : null
}

type Acquiring = { portal: string; owner: string; until: string; from: string; to: string }

const acquire = compiledOnce((db, { portal, owner, until, from, to }: Acquiring) =>
  db
    .updateTable('portal')
    .set((eb) => ({ lease_owner: owner, lease_until: until, lease_number: eb('lease_number', '+', 1) }))
    .where('member_id', '=', portal)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', from), eb('lease_until', '>', to)]))
    .returningAll(),
)

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
export async function renewLease(db: Db, { portal, owner, number }: Lease, until: Date): Promise<void> {
  const { numAffectedRows } = await renew(db, { portal, owner, number, until: until.toISOString() })
  if (numAffectedRows !== 1n) throw new LeaseLostError(portal)
}

const renew = compiledOnce((db, { until, ...lease }: Lease & { until: string }) =>
  held(db, lease).set({ lease_until: until }),
)

/** Gives the portal back; does nothing when the lease was lost meanwhile. */
export async function releaseLease(db: Db, lease: Lease): Promise<void> {
  await held(db, lease).set(nobodys).execute()
}

/** Gives the portal back if nothing is due for it; false: something is, or the lease was lost. */
export async function releaseIfIdle(db: Db, { portal, owner, number }: Lease, now: Date): Promise<boolean> {
  const { numAffectedRows = 0n } = await releaseIdle(db, { portal, owner, number, now: now.toISOString() })
  return numAffectedRows > 0n
}

const releaseIdle = compiledOnce((db, { now, ...lease }: Lease & { now: string }) =>
  held(db, lease)
    .set(nobodys)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('work')
            .select('id')
            .where('portal', '=', lease.portal)
            .where('state', '=', 'due')
            .where('due_at', '<=', now),
        ),
      ),
    ),
)

const nobodys = { lease_owner: null, lease_until: null }

/** The portal's row, as long as the lease is held. */
function held(db: Db, { portal, owner, number }: Lease) {
  return db
    .updateTable('portal')
    .where('member_id', '=', portal)
    .where('lease_owner', '=', owner)
    .where('lease_number', '=', number)
}

/** Gives every portal back. Only for who knows that no other process is alive: the one process of a folder, at its start. */
export async function releaseAllLeases(db: Db): Promise<void> {
  await db.updateTable('portal').set(nobodys).where('lease_owner', 'is not', null).execute()
}
