import { triggerJobs } from '../jobs/after-trigger-change.ts'
import { type Db, transact } from '../store/database.ts'
import { enqueue } from '../store/jobs.ts'
import { findPortal } from '../store/portals.ts'
import { listEnabledTriggers } from '../store/triggers.ts'

/** What a change of triggers is made with. */
export type ChangeParts = Readonly<{ db: Db; clock: () => Date; worker: { wake(portal: string): void } }>

/** Changes the portal's triggers in one transaction, together with the work that follows from it. */
export async function changeTriggers<T>(
  { db, clock, worker }: ChangeParts,
  memberId: string,
  change: (tx: Db) => Promise<T>,
): Promise<T> {
  const now = clock()
  const { result, jobs } = await transact(db, async (tx) => {
    const before = await listEnabledTriggers(tx, memberId)
    const changed = await change(tx)
    const portal = await findPortal(tx, memberId)
    const after = await listEnabledTriggers(tx, memberId)
    const following = portal === null ? [] : triggerJobs(portal, before, after, now)
    await enqueue(tx, following, now)
    return { result: changed, jobs: following }
  })
  if (jobs.length > 0) worker.wake(memberId)
  return result
}
