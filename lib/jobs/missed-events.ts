import { addWork } from '../store/add-work.ts'
import type { Db } from '../store/database.ts'
import { keepSubscriptions } from '../store/keep-subscriptions.ts'
import { checkWork } from './check-work.ts'

/**
 * So many happenings were found that no event told of: the status page says so, and the subscriptions are bound anew, as one that is
 * listed may be dead (`platform.md` 3.1). In the transaction that keeps what was found.
 */
export async function noteMissedEvents(tx: Db, portal: string, found: number, now: Date): Promise<void> {
  if (found === 0) return
  await keepSubscriptions(tx, portal, { missed: { at: now.toISOString(), found } })
  await addWork(tx, [checkWork(portal, 'missed', now)], now)
}
