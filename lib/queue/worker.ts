import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AccessRevokedError, AppRemovedError, PortalError } from '../bitrix24/errors/errors.ts'
import { transact } from '../store/database.ts'
import { findDuePortals } from '../store/job-queries.ts'
import { claimJobs, deadLetter, type JobRow, snoozeJobs, trimInboundEvents } from '../store/jobs.ts'
import { acquireLease, type Lease, LeaseLostError, releaseLease, renewLease } from '../store/leases.ts'
import { findPortal } from '../store/portals.ts'
import { isTransientDbError } from '../store/transient-errors.ts'
import { backoff, type OpenCircuits, openUntil, trip } from './backoff.ts'
import { isUnreachable, mayBePoison, snoozeAfterFailure, snoozeUntried, waitWhileOpen } from './circuit-breaker.ts'
import type { EngineDeps, JobContext, JobRegistry } from './job.ts'

/** A crashed process loses its portals after so long; a live one says so more often than that. */
const LEASE_MS = 10_000
const KEEP_EVERY_MS = 3_000

/**
 * Portals that one process serves at a time; the others have their turn when one is through. Many, as one that gives no answer takes
 * its place for a minute.
 */
const PORTALS_AT_ONCE = 256

/** How often a portal's notices are trimmed at most, milliseconds. */
const TRIM_EVERY_MS = 10_000

/** Work that fails for no known reason is tried so often, then parked: visible, and retried by hand. */
const ATTEMPTS = 5

/** Work of a kind that this version does not know is left due for so long, and looked at so often, milliseconds. */
const UNKNOWN_MS = 24 * 3600 * 1000
const UNKNOWN_PAUSE_MS = 60_000

/** Turns fail while nothing can be written, and portals are asked in vain. Pauses grow no longer after so many: 16 seconds. */
const LONGEST_PAUSE = 4

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
export function createWorker(parts: EngineDeps, jobs: JobRegistry): Worker {
  const owner = randomUUID()
  const running = new Map<string, Promise<void>>()
  const wokenAgain = new Set<string>()
  const silences: OpenCircuits = new Map()
  const failures: OpenCircuits = new Map()
  const trimmedAt = new Map<string, number>()
  let stopped = false
  let ended: Promise<void> | null = null

  const serve = async (portal: string): Promise<void> => {
    try {
      do {
        wokenAgain.delete(portal)
        await servePortal(parts, jobs, { portal, owner, silences, trimmedAt, isStopped: () => stopped })
      } while (wokenAgain.has(portal) && !stopped)
      failures.delete(portal)
    } catch (error) {
      parts.log.error({ portal, error: nameOf(error) }, 'A turn of a portal failed; its work stays due')
      trip(failures, portal, parts.clock(), LONGEST_PAUSE)
    } finally {
      running.delete(portal)
    }
  }
  const wake = (portal: string): void => {
    if (stopped || openUntil(failures, portal, parts.clock()) !== null) return
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
    stop() {
      stopped = true
      ended ??= Promise.race([idle(), sleep(STOP_MS, undefined, { ref: false })])
      return ended
    },
  }
}

async function servePortal(
  parts: EngineDeps,
  jobs: JobRegistry,
  {
    portal,
    owner,
    silences,
    trimmedAt,
    isStopped,
  }: {
    portal: string
    owner: string
    silences: OpenCircuits
    trimmedAt: Map<string, number>
    isStopped: () => boolean
  },
): Promise<void> {
  const untilFrom = (now: Date) => new Date(now.getTime() + LEASE_MS)
  const now = parts.clock()
  const lease = await acquireLease(parts.db, { portal, owner, now, until: untilFrom(now) })
  if (lease === null) return
  const keeper = setInterval(() => {
    renewLease(parts.db, lease, untilFrom(parts.clock())).catch((error) => {
      parts.log.warn({ portal, error: nameOf(error) }, 'The lease could not be kept')
    })
  }, KEEP_EVERY_MS)
  try {
    do {
      if (isStopped()) break
      if (performance.now() - (trimmedAt.get(portal) ?? Number.NEGATIVE_INFINITY) > TRIM_EVERY_MS) {
        await trimInboundEvents(parts.db, portal)
        trimmedAt.set(portal, performance.now())
      }
    } while (await doDueWork(parts, jobs, { lease, untilFrom, silences }))
  } finally {
    clearInterval(keeper)
    await releaseLease(parts.db, lease)
  }
}

/** Does the work of one kind that has waited longest; false when nothing was due. */
async function doDueWork(
  parts: EngineDeps,
  jobs: JobRegistry,
  { lease, untilFrom, silences }: { lease: Lease; untilFrom: (now: Date) => Date; silences: OpenCircuits },
): Promise<boolean> {
  // Read anew each time: an administrator may have paused the portal meanwhile.
  const portal = await findPortal(parts.db, lease.portal)
  if (portal === null) return false
  const context: JobContext = {
    ...parts,
    portal,
    lease,
    commit: (body) =>
      transact(parts.db, async (tx) => {
        await renewLease(tx, lease, untilFrom(parts.clock()))
        return body(tx)
      }),
  }
  const rows = await claimJobs(
    parts.db,
    lease.portal,
    parts.clock(),
    Math.max(...Object.values(jobs).map(({ take }) => take)),
    Object.keys(jobs).filter((kind) => jobs[kind]?.behind),
  )
  const [first] = rows
  if (!first || (await waitWhileOpen(context, silences))) return false
  const known = jobs[first.kind]
  if (!known) await handleUnknownTypes(context, rows)
  else await doRows(context, known.job, rows.slice(0, known.take), silences)
  return true
}

/** During an upgrade processes of two versions share the work: what this one does not know another may. After a day nobody does. */
async function handleUnknownTypes(context: JobContext, rows: JobRow[]): Promise<void> {
  const now = context.clock()
  const longAgo = new Date(now.getTime() - UNKNOWN_MS).toISOString()
  const idsOf = (some: JobRow[]) => some.map(({ id }) => id)
  const dueAt = new Date(now.getTime() + UNKNOWN_PAUSE_MS)
  await context.commit(async (tx) => {
    await deadLetter(tx, idsOf(rows.filter((row) => row.created_at <= longAgo)), 'unknown-kind', now)
    await snoozeJobs(tx, idsOf(rows.filter((row) => row.created_at > longAgo)), { dueAt, reason: 'unknown-kind' }, now)
  })
}

/** What a try came to: all was done, the rows wait for another, or the portal gave no answer at all. */
type BatchResult = 'done' | 'put off' | 'no answer'

/**
 * One bad row must not hold up the others: when a group fails for no known reason its rows are done one by one, and those that failed
 * again and again for want of an answer are done with care, after the others.
 */
async function doRows(
  context: JobContext,
  job: JobRegistry[string]['job'],
  rows: JobRow[],
  silences: OpenCircuits,
): Promise<BatchResult> {
  const suspects = rows.filter(mayBePoison)
  if (suspects.length === 0 || rows.length === 1) return runBatch(context, job, rows, silences)
  const others = rows.filter((row) => !mayBePoison(row))
  const tried = others.length === 0 ? 'done' : await runBatch(context, job, others, silences)
  return tried === 'no answer' ? tried : runWithRampUp(context, job, suspects, silences)
}

async function runBatch(
  context: JobContext,
  job: JobRegistry[string]['job'],
  rows: JobRow[],
  silences: OpenCircuits,
): Promise<BatchResult> {
  try {
    await job(context, rows)
    silences.delete(context.portal.memberId)
    return 'done'
  } catch (error) {
    // Nothing can be written, or nobody knows what was: no fault of the rows.
    if (error instanceof LeaseLostError || isTransientDbError(error)) throw error
    if (error instanceof PortalError && (error.retriable || isShut(error))) {
      await snoozeAfterFailure(context, rows, error, silences)
      return isUnreachable(error) ? 'no answer' : 'put off'
    }
    const [row, ...others] = rows
    if (others.length === 0) await fail(context, row, error)
    else for (const one of rows) if ((await runBatch(context, job, [one], silences)) === 'no answer') return 'no answer'
    return 'put off'
  }
}

/** Nobody's access serves, or the portal serves the app no longer: it may again, and what waits is no worse for it. */
function isShut(error: PortalError): boolean {
  return error instanceof AccessRevokedError || error instanceof AppRemovedError
}

/**
 * One row, then two, four…, as long as it goes well: after an outage few requests do for all, and a bad row is soon found. When it goes
 * badly twice running the rest need not be tried: it is the portal.
 */
async function runWithRampUp(
  context: JobContext,
  job: JobRegistry[string]['job'],
  rows: JobRow[],
  silences: OpenCircuits,
): Promise<BatchResult> {
  let rest = rows
  for (let size = 1, misses = 0; rest.length > 0 && misses < 2; ) {
    const tried = await runBatch(context, job, rest.slice(0, size), silences)
    if (tried === 'no answer') return tried
    rest = rest.slice(size)
    misses = tried === 'done' ? 0 : misses + 1
    size = tried === 'done' ? size * 2 : 1
  }
  if (rest.length > 0) await snoozeUntried(context, rest)
  return 'done'
}

async function fail(context: JobContext, row: JobRow | undefined, error: unknown): Promise<void> {
  if (!row) return
  const now = context.clock()
  const reason = nameOf(error)
  context.log.error({ portal: context.portal.memberId, work: row.id, kind: row.kind, error: reason }, 'Work failed')
  await context.commit((tx) =>
    row.attempts + 1 >= ATTEMPTS
      ? deadLetter(tx, [row.id], reason, now)
      : snoozeJobs(tx, [row.id], { dueAt: backoff(now, row.attempts), reason, tried: 'failed' }, now),
  )
}

/** The name and, for the portal's refusals, the code: messages may hold what customers wrote. */
function nameOf(error: unknown): string {
  if (error instanceof PortalError) return `${error.name} ${error.code}`
  return error instanceof Error ? error.name : 'unknown error'
}
