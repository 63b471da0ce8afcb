import { POLL_MAIL } from '../lib/jobs/poll-mail.ts'
import { addWork } from '../lib/store/add-work.ts'
import type { Rig } from './rig.ts'

/** Begins a round of asking for views and clicks, as the clock does, and waits until all is done. */
export async function pollMail(rig: Rig): Promise<void> {
  await rig.settled()
  const now = new Date()
  const portal = rig.portal.memberId
  await addWork(rig.stagecue.db, [{ portal, kind: POLL_MAIL, subject: 'round', dueAt: now }], now)
  rig.stagecue.worker.wake(portal)
  await rig.settled()
}
