import { triggerWork } from '../../../lib/jobs/after-trigger-change.ts'
import type { Services } from '../../../lib/services.ts'
import { type Db, transact } from '../../../lib/store/database.ts'
import { enqueue } from '../../../lib/store/jobs.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { listEnabledTriggers } from '../../../lib/store/triggers.ts'

/** Changes the portal's triggers in one transaction, together with the work that follows from it. */
export async function changeTriggers<T>(
  services: Services,
  memberId: string,
  change: (tx: Db) => Promise<T>,
): Promise<T> {
  const now = services.clock()
  const { result, work } = await transact(services.db, async (tx) => {
    const before = await listEnabledTriggers(tx, memberId)
    const changed = await change(tx)
    const portal = await findPortal(tx, memberId)
    const after = await listEnabledTriggers(tx, memberId)
    const following = portal === null ? [] : triggerWork(portal, before, after, now)
    await enqueue(tx, following, now)
    return { result: changed, work: following }
  })
  if (work.length > 0) services.worker.wake(memberId)
  return result
}
