import type { PortalError } from '../bitrix24/errors/errors.ts'
import type { Db } from '../store/database.ts'
import { completeJobs, deadLetter, snoozeJobs } from '../store/jobs.ts'
import { backoff } from './backoff.ts'

/** Until when something waits, and for what. `failed`: what it needs could not be had; pauses grow. */
export type Wait = { at: Date; reason: string; tried?: 'failed' }

/** What becomes of a row of work when its turn is committed. */
export type JobOutcome =
  | { state: 'done'; reason: string }
  | { state: 'parked'; reason: string }
  | ({ state: 'later' } & Wait)

/** By id of the row. */
export type JobOutcomes = Map<number, JobOutcome>

/** Gives the rows their new state, those of one fate at once. */
export async function applyOutcomes(tx: Db, outcomes: JobOutcomes, now: Date): Promise<void> {
  const alike = Map.groupBy(outcomes, ([, fate]) => JSON.stringify(fate))
  for (const rows of alike.values()) {
    const ids = rows.map(([id]) => id)
    const fate = rows[0]?.[1]
    if (fate?.state === 'done') await completeJobs(tx, ids, fate.reason, now)
    else if (fate?.state === 'parked') await deadLetter(tx, ids, fate.reason, now)
    else if (fate) {
      const { at: dueAt, reason, tried = 'well' } = fate
      await snoozeJobs(tx, ids, { dueAt, reason, tried }, now)
    }
  }
}

/** Why a row waits whose item has a move that is not settled. */
export const ITEM_IN_FLIGHT = 'item-busy'

/** The portal could not tell something now: what needs it waits until then, all else goes on. */
export function snoozeOnError(now: Date, tries: number, { waitUntil, code }: PortalError, random = Math.random): Wait {
  return { at: waitUntil ?? backoff(now, tries, random), reason: code, tried: 'failed' }
}

/** Cases that have to wait put their rows off; whatever else was to become of those. */
export function snoozeDeferred(outcomes: JobOutcomes, deferred: ReadonlyMap<{ workId: number }, Wait>): void {
  for (const [{ workId }, wait] of deferred) outcomes.set(workId, { state: 'later', ...wait })
}
