import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LRUCache } from 'lru-cache'
import { boundedCache } from '../bounded-cache.ts'
import type { Portal } from '../domain/portal.ts'
import { describeError } from '../log.ts'
import { type Db, transact } from '../store/database.ts'
import { findDuePortals } from '../store/job-queries.ts'
import { claimJobs, deadLetter, type JobRow, snoozeJobs } from '../store/jobs.ts'
import { acquireLease, releaseIfIdle, releaseLease, renewLease } from '../store/leases.ts'
import { type OpenCircuits, openUntil, trip, waitWhileOpen } from './circuit-breaker.ts'
import type { Failure } from './failure.ts'
import type { JobRegistry, QueueDeps, Turn } from './job.ts'
import { runJobs } from './run-jobs.ts'

/** A crashed process loses its portals after so long; a live one says so more often than that. */
const LEASE_MS = 10_000
const KEEP_EVERY_MS = 3_000

/**
 * Tenants that one process serves at a time; the others have their turn when one is through. Many, as one that gives no answer takes
 * its place for a minute.
 */
const TENANTS_AT_ONCE = 256

/** How often a tenant's rows are trimmed at most, milliseconds. */
const TRIM_EVERY_MS = 10_000

/** A batch waits so long for company, counted from the beginning of the one before, milliseconds. */
const GATHER_MS = 100

/** A job of a type that this version does not know is left due for so long, and looked at so often, milliseconds. */
const UNKNOWN_MS = 24 * 3600 * 1000
const UNKNOWN_PAUSE_MS = 60_000

/** Turns fail while nothing can be written, and tenants are asked in vain. Pauses grow no longer after so many: 16 seconds. */
const LONGEST_PAUSE = 4

/** How long `stop` waits for the portals that are being served. */
const STOP_MS = 30_000

export type Worker = {
  /** Something is due for the tenant: serve it now rather than at the next tick. */
  wake(tenant: string): void
  /** Serves all tenants with due jobs; called every second. */
  tick(): Promise<void>
  /** Waits until the tenants that are being served now are through. */
  idle(): Promise<void>
  /** Takes no further leases and waits for what is under way, at most 30 seconds. */
  stop(): Promise<void>
}

/** What the worker is told of the jobs: the queue itself knows neither what they are about nor whom they ask. */
export type WorkerParts<Context extends Turn> = Readonly<{
  jobs: JobRegistry<Context>
  /**
   * What jobs of this tenant need, made anew for every batch: a person may have changed it meanwhile. `home`: the tenant as the lease has just found
   * it, for the first one. Null: there is no such tenant any more.
   */
  contextOf(turn: Turn, home: Portal | null): Promise<Context | null>
  classify(error: unknown): Failure
  /** For tests. */
  sleep?: (ms: number) => Promise<unknown>
  /** Keeps a tenant's rows from growing without end. Called at the start of a turn, not more often than every ten seconds. */
  trim?(db: Db, tenant: string): Promise<void>
}>

/** The one loop: for each tenant with due jobs takes the lease, does what is due type by type, and gives the lease back. */
export function createWorker<Context extends Turn>(deps: QueueDeps, parts: WorkerParts<Context>): Worker {
  const owner = randomUUID()
  const running = new Map<string, Promise<void>>()
  const wokenAgain = new Set<string>()
  const state: WorkerState = {
    owner,
    circuits: new Map(),
    trimmedAt: new Map(),
    gatheredAt: boundedCache(TENANTS_AT_ONCE),
    isStopped: () => stopped,
  }
  const failures: OpenCircuits = new Map()
  let stopped = false
  let ended: Promise<void> | null = null

  const serve = async (tenant: string): Promise<void> => {
    try {
      do {
        wokenAgain.delete(tenant)
        await serveTenant(deps, parts, state, tenant)
      } while (wokenAgain.has(tenant) && !stopped)
      failures.delete(tenant)
    } catch (error) {
      deps.log.error({ portal: tenant, error: describeError(error) }, 'A turn of a portal failed; its jobs stay due')
      trip(failures, tenant, deps.clock(), LONGEST_PAUSE)
    } finally {
      running.delete(tenant)
    }
  }
  const wake = (tenant: string): void => {
    if (stopped || openUntil(failures, tenant, deps.clock()) !== null) return
    if (running.has(tenant)) wokenAgain.add(tenant)
    else if (running.size < TENANTS_AT_ONCE) running.set(tenant, serve(tenant))
  }
  const idle = async () => {
    await Promise.allSettled(running.values())
  }
  return {
    wake,
    async tick() {
      for (const tenant of await findDuePortals(deps.db, deps.clock(), TENANTS_AT_ONCE)) wake(tenant)
    },
    idle,
    stop() {
      stopped = true
      ended ??= Promise.race([idle(), sleep(STOP_MS, undefined, { ref: false })])
      return ended
    },
  }
}

/** What one worker remembers between turns. */
type WorkerState = Readonly<{
  owner: string
  circuits: OpenCircuits
  /** By tenant, in milliseconds of the process. */
  trimmedAt: Map<string, number>
  /** When a batch for which rows are gathered was last begun, by tenant and type, milliseconds since 1970. */
  gatheredAt: LRUCache<string, number>
  isStopped: () => boolean
}>

async function serveTenant<Context extends Turn>(
  deps: QueueDeps,
  parts: WorkerParts<Context>,
  state: WorkerState,
  tenant: string,
): Promise<void> {
  const { owner, trimmedAt, isStopped } = state
  let isHeld = true
  const untilFrom = (now: Date) => new Date(now.getTime() + LEASE_MS)
  const now = deps.clock()
  const lease = await acquireLease(deps.db, { portal: tenant, owner, now, until: untilFrom(now) })
  if (lease === null) return
  const keeper = setInterval(() => {
    renewLease(deps.db, lease, untilFrom(deps.clock())).catch((error) => {
      deps.log.warn({ portal: tenant, error: describeError(error) }, 'The lease could not be renewed')
    })
  }, KEEP_EVERY_MS)
  const turn: Turn = {
    ...deps,
    tenant,
    lease,
    async commit(body, last) {
      let isReleased = false
      const result = await transact(deps.db, async (tx) => {
        if (!last) await renewLease(tx, lease, untilFrom(deps.clock()))
        const written = await body(tx)
        isReleased = last !== undefined && (await releaseIfIdle(tx, lease, deps.clock()))
        if (last && !isReleased) await renewLease(tx, lease, untilFrom(deps.clock()))
        return written
      })
      isHeld = !isReleased
      return result
    },
  }
  try {
    for (let home: Portal | null = lease.home; isHeld && !isStopped(); home = null) {
      if (performance.now() - (trimmedAt.get(tenant) ?? Number.NEGATIVE_INFINITY) > TRIM_EVERY_MS) {
        await parts.trim?.(deps.db, tenant)
        trimmedAt.set(tenant, performance.now())
      }
      const done = await doDueJobs(turn, parts, state, home)
      if (done === 'none') break
      // Where there was room for more, nothing may be left: then that is found out by giving the lease back.
      if (isHeld && done === 'some') isHeld = !(await releaseIfIdle(deps.db, lease, deps.clock()))
    }
  } finally {
    clearInterval(keeper)
    if (isHeld) await releaseLease(deps.db, lease)
  }
}

/** Does the jobs of the type that has waited longest. `full`: as many as it takes at a time; `more`: others are waited for. */
async function doDueJobs<Context extends Turn>(
  turn: Turn,
  parts: WorkerParts<Context>,
  state: WorkerState,
  home: Portal | null,
): Promise<'none' | 'some' | 'full' | 'more'> {
  const types = Object.entries(parts.jobs)
  const most = Math.max(...types.map(([, { batchSize }]) => batchSize))
  const rows = await claimJobs(
    turn.db,
    turn.tenant,
    turn.clock(),
    most,
    types.flatMap(([type, { lowPriority }]) => (lowPriority ? [type] : [])),
  )
  const [first] = rows
  if (!first || (await waitWhileOpen(turn, state.circuits))) return 'none'
  const known = parts.jobs[first.type]
  if (known?.gathers && rows.length < known.batchSize && (await waitForCompany(turn, parts, state, first.type)))
    return 'more'
  const context = await parts.contextOf(turn, home)
  if (context === null) return 'none'
  const { circuits } = state
  if (!known) await handleUnknownTypes(turn, rows)
  else await runJobs({ context, job: known, classify: parts.classify, circuits }, rows.slice(0, known.batchSize))
  return rows.length < (known?.batchSize ?? most) ? 'some' : 'full'
}

/** Waits, once, if a batch of the same type was begun a moment ago; false: this one may begin. What comes alone never waits. */
async function waitForCompany<Context extends Turn>(
  { tenant, clock }: Turn,
  { sleep: wait = sleep }: WorkerParts<Context>,
  { gatheredAt }: WorkerState,
  type: string,
): Promise<boolean> {
  const key = `${tenant} ${type}`
  const now = clock().getTime()
  const left = (gatheredAt.get(key) ?? Number.NEGATIVE_INFINITY) + GATHER_MS - now
  if (left > 0 && left <= GATHER_MS) {
    gatheredAt.delete(key)
    await wait(left)
    return true
  }
  gatheredAt.set(key, now)
  return false
}

/** During an upgrade processes of two versions share the work: what this one does not know another may. After a day nobody does. */
async function handleUnknownTypes(turn: Turn, rows: JobRow[]): Promise<void> {
  const now = turn.clock()
  const longAgo = new Date(now.getTime() - UNKNOWN_MS).toISOString()
  const dueAt = new Date(now.getTime() + UNKNOWN_PAUSE_MS)
  await turn.commit(async (tx) => {
    await deadLetter(
      tx,
      rows.filter((row) => row.created_at <= longAgo),
      'unknown-kind',
      now,
    )
    await snoozeJobs(
      tx,
      rows.filter((row) => row.created_at > longAgo),
      { dueAt, reason: 'unknown-kind' },
      now,
    )
  })
}
