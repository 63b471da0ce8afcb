import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AccessDead, LimitReached, PortalError } from '../portal/errors.ts'
import { findDuePortals } from '../store/find-due-portals.ts'
import { findPortal } from '../store/find-portal.ts'
import { holdLease, type Lease } from '../store/hold-lease.ts'
import { keepLease, LeaseLost } from '../store/keep-lease.ts'
import { parkWork } from '../store/park-work.ts'
import { postponeWork } from '../store/postpone-work.ts'
import { releaseLease } from '../store/release-lease.ts'
import { takeWork, type WorkRow } from '../store/take-work.ts'
import { transact } from '../store/transact.ts'
import { backoff } from './backoff.ts'
import type { EngineParts, Jobs, Round } from './job.ts'

/** A crashed process loses its portals after so long; a live one says so more often than that. */
const LEASE_MS = 10_000
const KEEP_EVERY_MS = 3_000

/** Portals that one process serves at a time; the others have their turn when one is through. */
const PORTALS_AT_ONCE = 32

/** Work that fails for no known reason is tried so often, then parked: visible, and retried by hand. */
const ATTEMPTS = 5

/** How long `stop` waits for the portals that are being served. */
const STOP_MS = 30_000

export type Worker = {
  /** Something is due for the portal: serve it now rather than at the next tick. */
  wake(portal: string): void
  /** Serves all portals with due work; called every second. */
  tick(): Promise<void>
  /** Waits until the portals that are being served now are through. */
  idle(): Promise<void>
  /** Takes no further leases and waits for what is under way, at most 30 seconds. */
  stop(): Promise<void>
}

/** The one loop: for each portal with due work takes the lease, does what is due kind by kind, and gives the lease back. */
export function createWorker(parts: EngineParts, jobs: Jobs): Worker {
  const owner = randomUUID()
  const running = new Map<string, Promise<void>>()
  const wokenAgain = new Set<string>()
  let stopped = false

  const serve = async (portal: string): Promise<void> => {
    try {
      do {
        wokenAgain.delete(portal)
        await servePortal(parts, jobs, { portal, owner, isStopped: () => stopped })
      } while (wokenAgain.has(portal) && !stopped)
    } catch (error) {
      parts.log.error({ portal, error: nameOf(error) }, 'A turn of a portal failed; its work stays due')
    } finally {
      running.delete(portal)
    }
  }
  const wake = (portal: string): void => {
    if (stopped) return
    if (running.has(portal)) wokenAgain.add(portal)
    else if (running.size < PORTALS_AT_ONCE) running.set(portal, serve(portal))
  }
  const idle = async () => {
    await Promise.allSettled(running.values())
  }
  return {
    wake,
    async tick() {
      for (const portal of await findDuePortals(parts.db, parts.clock(), PORTALS_AT_ONCE)) wake(portal)
    },
    idle,
    async stop() {
      stopped = true
      await Promise.race([idle(), sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}

async function servePortal(
  parts: EngineParts,
  jobs: Jobs,
  { portal, owner, isStopped }: { portal: string; owner: string; isStopped: () => boolean },
): Promise<void> {
  const untilFrom = (now: Date) => new Date(now.getTime() + LEASE_MS)
  const now = parts.clock()
  const lease = await holdLease(parts.db, { portal, owner, now, until: untilFrom(now) })
  if (lease === null) return
  const keeper = setInterval(() => {
    keepLease(parts.db, lease, untilFrom(parts.clock())).catch((error) => {
      parts.log.warn({ portal, error: nameOf(error) }, 'The lease could not be kept')
    })
  }, KEEP_EVERY_MS)
  try {
    while (!isStopped() && (await doDueWork(parts, jobs, lease, untilFrom))) {
      // Until nothing is due.
    }
  } finally {
    clearInterval(keeper)
    await releaseLease(parts.db, lease)
  }
}

/** Does the work of one kind that has waited longest; false when nothing was due. */
async function doDueWork(
  parts: EngineParts,
  jobs: Jobs,
  lease: Lease,
  untilFrom: (now: Date) => Date,
): Promise<boolean> {
  // Read anew each time: an administrator may have paused the portal meanwhile.
  const portal = await findPortal(parts.db, lease.portal)
  if (portal === null) return false
  const round: Round = {
    ...parts,
    portal,
    lease,
    commit: (body) =>
      transact(parts.db, async (tx) => {
        await keepLease(tx, lease, untilFrom(parts.clock()))
        return body(tx)
      }),
  }
  const rows = await takeWork(
    parts.db,
    lease.portal,
    parts.clock(),
    Math.max(...Object.values(jobs).map(({ take }) => take)),
  )
  const [first] = rows
  if (!first) return false
  const known = jobs[first.kind]
  if (!known)
    await round.commit((tx) =>
      parkWork(
        tx,
        rows.map(({ id }) => id),
        'unknown-kind',
        parts.clock(),
      ),
    )
  else await doRows(round, known.job, rows.slice(0, known.take))
  return true
}

/** One bad row must not hold up the others: when a group fails for no known reason, its rows are done one by one. */
async function doRows(round: Round, job: Jobs[string]['job'], rows: WorkRow[]): Promise<void> {
  try {
    await job(round, rows)
  } catch (error) {
    if (error instanceof LeaseLost) throw error
    if (error instanceof PortalError && (error.retriable || error instanceof AccessDead))
      return putOff(round, rows, error)
    const [row, ...others] = rows
    if (others.length === 0) return fail(round, row, error)
    for (const one of rows) await doRows(round, job, [one])
  }
}

/** The portal cannot be asked now: its work waits, however long it takes. */
async function putOff(round: Round, rows: WorkRow[], error: PortalError): Promise<void> {
  const { memberId } = round.portal
  round.log.warn(
    { portal: memberId, code: error.code, advice: error.advice },
    'The portal could not be asked; its work waits',
  )
  const now = round.clock()
  const attempts = Math.max(...rows.map((row) => row.attempts))
  const later = error instanceof LimitReached ? error.waitUntil : backoff(now, attempts)
  const ids = rows.map(({ id }) => id)
  await round.commit((tx) => postponeWork(tx, ids, { dueAt: later, reason: error.code, failed: true }, now))
}

async function fail(round: Round, row: WorkRow | undefined, error: unknown): Promise<void> {
  if (!row) return
  const now = round.clock()
  const reason = nameOf(error)
  round.log.error({ portal: round.portal.memberId, work: row.id, kind: row.kind, error: reason }, 'Work failed')
  await round.commit((tx) =>
    row.attempts + 1 >= ATTEMPTS
      ? parkWork(tx, [row.id], reason, now)
      : postponeWork(tx, [row.id], { dueAt: backoff(now, row.attempts), reason, failed: true }, now),
  )
}

/** The name and, for the portal's refusals, the code: messages may hold what customers wrote. */
function nameOf(error: unknown): string {
  if (error instanceof PortalError) return `${error.name} ${error.code}`
  return error instanceof Error ? error.name : 'unknown error'
}
