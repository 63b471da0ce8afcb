import { isAhead } from '../domain/time.ts'
import { type JobRow, snoozeJobs, snoozePortal } from '../store/jobs.ts'
import { backoff, MAX_BACKOFF_MS } from './backoff.ts'
import type { PassingFailure } from './failure.ts'
import type { Turn } from './job.ts'

/** After so many tries together rows are tried with care: one of them may be what cannot be answered. */
const TOGETHER = 3

/** What could not be asked stands behind what was not tried, milliseconds. */
const BEHIND_MS = 500

/** Tenants that are left alone: how often in a row this process has seen something fail there, and until when. */
export type OpenCircuits = Map<string, { count: number; until: Date }>

/** It failed again: the tenant is left alone for longer than the last time, but no longer than after `longest` times. Until when. */
export function trip(circuits: OpenCircuits, tenant: string, now: Date, longest: number): Date {
  const count = (circuits.get(tenant)?.count ?? 0) + 1
  const until = backoff(now, Math.min(count - 1, longest))
  circuits.set(tenant, { count, until })
  return until
}

/** Until when the tenant is left alone; null: it is not, or not any more. */
export function openUntil(circuits: OpenCircuits, tenant: string, now: Date): Date | null {
  const until = circuits.get(tenant)?.until
  return until !== undefined && isAhead(until, now, MAX_BACKOFF_MS) ? until : null
}

/** May this row be the poison that the tenant's service cannot answer? */
export function mayBePoison({ attempts }: Pick<JobRow, 'attempts'>): boolean {
  return attempts >= TOGETHER
}

/** The tenant is not to be asked yet: what came meanwhile waits with the rest. */
export async function waitWhileOpen(turn: Turn, circuits: OpenCircuits): Promise<boolean> {
  const until = openUntil(circuits, turn.tenant, turn.clock())
  if (until === null) return false
  await turn.commit((tx) => snoozePortal(tx, turn.tenant, until, turn.clock()))
  return true
}

/**
 * The tenant cannot be asked now: these jobs wait, however long it takes. While it gives no answer at all all its jobs wait, so that it is
 * asked once, and not for each of a thousand jobs.
 */
export async function snoozeAfterFailure(
  turn: Turn,
  rows: readonly JobRow[],
  failure: PassingFailure,
  circuits: OpenCircuits,
): Promise<void> {
  const { tenant } = turn
  const { code: reason, advice } = failure
  turn.log.warn({ portal: tenant, code: reason, advice }, 'The portal could not be asked; its jobs wait')
  const attempts = Math.max(...rows.map((row) => row.attempts))
  const now = turn.clock()
  if (failure.kind === 'rate-limited') {
    // It says nothing of these rows: they stay together.
    return turn.commit((tx) => snoozeJobs(tx, rows, { dueAt: failure.until, reason }, now))
  }
  if (failure.kind === 'retriable') {
    const wait = { dueAt: backoff(now, attempts), reason, tried: 'failed', waitsFor: failure.waitsFor ?? null } as const
    return turn.commit((tx) => snoozeJobs(tx, rows, wait, now))
  }
  const until = trip(circuits, tenant, now, failure.longest)
  const own = backoff(now, Math.min(attempts, failure.longest))
  const dueAt = new Date(Math.max(own.getTime(), until.getTime() + BEHIND_MS))
  await turn.commit(async (tx) => {
    await snoozeJobs(tx, rows, { dueAt, reason, tried: 'failed' }, now)
    await snoozePortal(tx, tenant, until, now)
  })
}

/** These rows were not tried, as the tenant is not well; they wait as long as those that were. */
export async function snoozeUntried(turn: Turn, rows: readonly JobRow[]): Promise<void> {
  const now = turn.clock()
  const until = { dueAt: backoff(now, TOGETHER), reason: 'portal-unwell' }
  await turn.commit((tx) => snoozeJobs(tx, rows, until, now))
}
