import type { Db } from '../../store/database.ts'
import { enqueue } from '../../store/jobs.ts'
import { findSubscriptions, updateSubscriptions } from '../../store/subscriptions.ts'
import { checkJob } from '../subscriptions/check-job.ts'

/** What was bound anew so lately, milliseconds, need not be again: what was missed may have happened before. */
const latelyMs = 10 * 60_000

/**
 * So many happenings were found that no event told of: the status page says so, and the subscriptions are bound anew, as one that is
 * listed may be dead (`platform.md` 3.1). In the transaction that keeps what was found.
 */
export async function recordMissedEvents(tx: Db, portal: string, found: number, now: Date): Promise<void> {
  if (found === 0) return
  await updateSubscriptions(tx, portal, { missed: { at: now.toISOString(), found } })
  const { renewed } = await findSubscriptions(tx, portal)
  const isLately = renewed !== null && now.getTime() - Date.parse(renewed.at) < latelyMs
  if (!isLately) await enqueue(tx, [checkJob(portal, 'missed', now)], now)
}
