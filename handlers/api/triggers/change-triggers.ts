import { triggerWork } from '../../../install/after-trigger-change.ts'
import type { Stagecue } from '../../../lib/services.ts'
import { type Db, transact } from '../../../lib/store/database.ts'
import { addWork } from '../../../lib/store/jobs.ts'
import { findPortal } from '../../../lib/store/portals.ts'
import { listEnabledTriggers } from '../../../lib/store/triggers.ts'

/** Changes the portal's triggers in one transaction, together with the work that follows from it. */
export async function changeTriggers<T>(
  stagecue: Stagecue,
  memberId: string,
  change: (tx: Db) => Promise<T>,
): Promise<T> {
  const now = stagecue.clock()
  const { result, work } = await transact(stagecue.db, async (tx) => {
    const before = await listEnabledTriggers(tx, memberId)
    const changed = await change(tx)
    const portal = await findPortal(tx, memberId)
    const after = await listEnabledTriggers(tx, memberId)
    const following = portal === null ? [] : triggerWork(portal, before, after, now)
    await addWork(tx, following, now)
    return { result: changed, work: following }
  })
  if (work.length > 0) stagecue.worker.wake(memberId)
  return result
}
