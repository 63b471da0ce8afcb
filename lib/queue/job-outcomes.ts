import type { WaitsFor } from '../domain/states.ts'
import type { Db } from '../store/database.ts'
import { endJobs, snoozeDueJobs } from '../store/jobs.ts'
import { backoff } from './backoff.ts'

/** Until when something waits, and for what. `failed`: what it needs could not be had; pauses grow. */
export type Wait = { at: Date; reason: string; tried?: 'failed'; waitsFor?: WaitsFor }

/** What becomes of a job's row when its turn is committed. */
export type JobOutcome =
  | { state: 'done'; reason: string }
  | { state: 'parked'; reason: string }
  | ({ state: 'later' } & Wait)

/** By id of the row. */
export type JobOutcomes = Map<number, JobOutcome>

/** Gives the portal's rows their new state, those of one outcome at once. Returns how many of them were no longer due. */
export async function applyOutcomes(tx: Db, portal: string, outcomes: JobOutcomes, now: Date): Promise<number> {
  let changed = 0
  const alike = Map.groupBy(outcomes, ([, outcome]) => JSON.stringify(outcome))
  for (const rows of alike.values()) {
    const jobs = rows.map(([id]) => ({ portal, id }))
    const outcome = rows[0]?.[1]
    if (outcome?.state === 'later') {
      const { at: dueAt, reason, tried = 'well', waitsFor = null } = outcome
      changed += await snoozeDueJobs(tx, jobs, { dueAt, reason, tried, waitsFor }, now)
    } else if (outcome) changed += await endJobs(tx, jobs, outcome, now)
  }
  return outcomes.size - changed
}

/** Why a row waits whose item has a move that is not settled, and what wakes it. */
export const ITEM_IN_FLIGHT = 'item-busy' as const

/** Something could not be had now, and says by its error why: what needs it waits, all else goes on. */
export function snoozeOnError(
  now: Date,
  tries: number,
  { waitUntil, code }: Readonly<{ waitUntil?: Date; code: string }>,
  random = Math.random,
): Wait {
  return { at: waitUntil ?? backoff(now, tries, random), reason: code, tried: 'failed' }
}

/** What has to wait snoozes its row, whatever else was to become of it. */
export function snoozeDeferred(outcomes: JobOutcomes, deferred: ReadonlyMap<{ jobId: number }, Wait>): void {
  for (const [{ jobId }, wait] of deferred) outcomes.set(jobId, { state: 'later', ...wait })
}
