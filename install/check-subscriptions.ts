import type { Job } from '../lib/engine/job.ts'
import { addTestIfNeeded } from '../lib/jobs/test-events.ts'
import { findDelegation } from '../lib/store/find-delegation.ts'
import { finishWork } from '../lib/store/finish-work.ts'
import { postponeWork } from '../lib/store/postpone-work.ts'
import { type RebindParts, rebindEvents } from './rebind-events.ts'

/** A delegation binds a handler of its own for so long, milliseconds. */
const DELEGATION_MS = 20_000

/**
 * Job `check-subscriptions`, every hour: handlers may have gone, with a new version of the app, by somebody's hand or by a fault of
 * the portal. What is missing is bound again; what cannot be is kept for the status page with the portal's codes.
 */
export function checkSubscriptions(parts: RebindParts): Job {
  return async (round, rows) => {
    const ids = rows.map(({ id }) => id)
    const { memberId } = round.portal
    if (await findDelegation(round.db, memberId)) {
      const later = { dueAt: new Date(round.clock().getTime() + DELEGATION_MS), reason: 'one-at-a-time' }
      return round.commit((tx) => postponeWork(tx, ids, later, round.clock()))
    }
    await rebindEvents(parts, memberId)
    await addTestIfNeeded(round)
    await round.commit((tx) => finishWork(tx, ids, 'checked', round.clock()))
  }
}
