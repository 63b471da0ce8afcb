import { POLL_MAIL } from '../lib/jobs/poll-mail.ts'
import { beginRound } from './begin-round.ts'
import type { Rig } from './rig.ts'

/** Begins a round of asking for views and clicks, and waits until all is done. */
export function pollMail(rig: Rig): Promise<void> {
  return beginRound(rig, POLL_MAIL)
}
