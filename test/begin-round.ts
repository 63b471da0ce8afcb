import type { JobType } from '../lib/domain/job-types.ts'
import { enqueue } from '../lib/store/jobs.ts'
import type { Rig } from './rig.ts'

/** Begins a round of periodic work, as the clock does, and waits until all is done. */
export async function beginRound(rig: Rig, type: JobType): Promise<void> {
  await rig.settled()
  const now = new Date()
  const portal = rig.portal.memberId
  await enqueue(rig.stagecue.db, [{ portal, type, dedupKey: 'round', dueAt: now }], now)
  rig.stagecue.worker.wake(portal)
  await rig.settled()
}
