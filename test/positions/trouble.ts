import { setTimeout as sleep } from 'node:timers/promises'
import { POLL_CHATS } from '../../lib/jobs/poll-chats.ts'
import { SWEEP } from '../../lib/jobs/sweep/sweep.ts'
import type { Services } from '../../lib/services.ts'
import { enqueue } from '../../lib/store/jobs.ts'
import type { Portal } from '../portal/index.ts'
import { readSwitches } from '../portal/switches.ts'

/** The position of this run (`PORTAL_SWITCHES`). */
const given = readSwitches(process.env.PORTAL_SWITCHES ?? '')

/** Does the portal of this run fail now and then by itself? */
const failsNowAndThen = (given.sqlError ?? 0) > 0 || (given.oauthUnreachable ?? 0) > 0

/** Are events of this run lost? */
const losesEvents = (given.lostDelivery ?? 0) > 0

/**
 * Longest wait for what a test has set off, milliseconds: what meets a fault five times running comes again after half a minute or more, and
 * where sweeps go on every second a busy machine is seldom without one.
 */
export const PATIENCE_MS = 100_000

/** Environment of Stagecue where events of this run are lost: what is older than a second is looked for. */
export const sweepsSoon = losesEvents ? { SWEEP_SECONDS: '1', CHAT_POLL_SECONDS: '1' } : {}

const TRIES = 60
const PAUSE_MS = 250

/** What people do where the portal fails now and then: they try again. Elsewhere it is done once, whatever comes of it. */
export async function patiently<T>(act: () => Promise<T>, isTrouble: (result: T) => boolean): Promise<T> {
  let result = await act()
  for (let left = TRIES; failsNowAndThen && left > 0 && isTrouble(result); left -= 1) {
    await sleep(PAUSE_MS)
    result = await act()
  }
  return result
}

/**
 * Looks for what lost events of this run would have told, as Stagecue does from time to time, until none was lost meanwhile. Two
 * looks: what is young is left for the second. Where none are lost, nothing is done.
 */
export async function findLost(
  { portal, stagecue }: { portal: Portal; stagecue: Services },
  settled: () => Promise<void>,
): Promise<void> {
  const lost = () => portal.deliveries.filter((delivery) => delivery.lost).length
  if (!losesEvents) return
  for (let known = -1; known !== lost(); ) {
    known = lost()
    for (let look = 0; look < 2; look += 1) {
      await sleep(1100)
      const now = new Date()
      const row = { portal: portal.memberId, dedupKey: 'round', dueAt: now }
      await enqueue(
        stagecue.db,
        [
          { ...row, type: SWEEP },
          { ...row, type: POLL_CHATS },
        ],
        now,
      )
      stagecue.worker.wake(portal.memberId)
      await settled()
    }
  }
}
