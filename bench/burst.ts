import { setTimeout as sleep } from 'node:timers/promises'
import { someDeals } from '../test/chaos/acts.ts'
import type { Portal } from '../test/portal/index.ts'
import { SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'
import { CALLS_ONE_BY_ONE, moveOneByOne } from './one-by-one.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

/** E-mails at once; the last burst takes minutes, so it has a portal of its own beside those before it. */
const BURSTS = [1, 50, 200, 1000]
const LARGEST = 5000

/** E-mails that come over half a second share requests: so few of them at most for each. */
const FEW = 40
const FEW_REQUESTS = 0.5

/** The last item is moved within so many times of what the limits take for the requests that were made. */
const OVER_FLOOR = 1.15

/** Below this the limits take no time, and what is measured is one request after the other, seconds. */
const LEAST_FLOOR = 1

/**
 * Bursts of e-mails of one portal, each of a deal of its own, on Bitrix24's own limits (50 requests at once, then 2 a second): how long it
 * takes until every deal stands in its new stage, against what the limits allow for these requests and against a client that makes one call
 * at a time.
 */
export async function burst(report: Report): Promise<void> {
  await whileOpen(
    Promise.all([start(), start()]),
    (rigs) => Promise.all(rigs.map((rig) => rig.stop())),
    async ([rig, other]) => {
      await few(rig, report)
      const largest = burstOf(other, LARGEST)
      for (const mails of BURSTS) tell(report, mails, await burstOf(rig, mails))
      tell(report, LARGEST, await largest)
      await oneByOne(rig, report)
    },
  )
}

async function start(): Promise<Rig> {
  const rig = await startRig({ portal: { eventDelayMs: [0, 500] }, env: { LATE_BINDING_SECONDS: '1' } })
  await rig.as(SEED.users.sam)
  await rig.addTrigger({ kind: 'email-incoming' })
  await rig.settled()
  return rig
}

/** How many requests it took, how many of them the limit refused, and how long. */
type Effort = { requests: number; refused: number; seconds: number }

function tell(report: Report, mails: number, { requests, refused, seconds }: Effort): void {
  const name = mails === 1 ? '1 e-mail' : `${mails} e-mails`
  const floor = Math.max(LEAST_FLOOR, allowed(requests))
  report(name, seconds, 's until the last is moved')
  report(name, requests, 'requests')
  report(name, refused, 'refused', { atMost: 0 })
  report(name, seconds / floor, '× what the limits take', { atMost: OVER_FLOOR })
  report(name, allowed(mails * CALLS_ONE_BY_ONE) / seconds, '× faster than one call at a time')
}

/** Requests that come within half a second and need not come one for each e-mail. */
async function few(rig: Rig, report: Report): Promise<void> {
  const { requests } = await burstOf(rig, FEW)
  report(`${FEW} e-mails over half a second`, requests / FEW, 'requests an e-mail', { atMost: FEW_REQUESTS })
}

const LIMITS = { atOnce: 50, perSecond: 2 }

/** Seconds in which the portal's bucket lets so many requests through, if they come as fast as it does. */
function allowed(requests: number): number {
  return Math.max(0, requests - LIMITS.atOnce) / LIMITS.perSecond
}

async function burstOf(rig: Rig, count: number): Promise<Effort> {
  const { portal } = rig
  await untilEmpty(portal)
  const deals = someDeals(portal, count)
  const movedBefore = await countMoved(rig)
  return effortOf(portal, async () => {
    for (const id of deals) portal.act.receiveMail({ bindings: [{ entityTypeId: SEED.types.deal, id }] })
    for (let moved = 0; moved < count; ) {
      progress(`${moved} of ${count} deals moved`)
      await sleep(count > 100 ? 100 : 10)
      moved = (await countMoved(rig)) - movedBefore
    }
  })
}

/** The client that the bursts are compared with, measured with a few, in a portal of its own whose limits nobody else uses. */
async function oneByOne({ emulator }: Rig, report: Report): Promise<void> {
  const portal = await emulator.addPortal()
  portal.beginInstall()
  portal.finishInstall()
  const activities = someDeals(portal, ONE_BY_ONE).map(
    (id) => portal.act.receiveMail({ bindings: [{ entityTypeId: SEED.types.deal, id }] }).activityId,
  )
  const { requests } = await effortOf(portal, async () => {
    for (const activityId of activities) await moveOneByOne(portal, activityId, 'C4:PREPARATION')
  })
  report('one call at a time', requests / ONE_BY_ONE, 'requests an e-mail')
}

/** So few keep within what the portal bears at once. */
const ONE_BY_ONE = 8

async function effortOf(portal: Portal, act: () => Promise<void>): Promise<Effort> {
  const before = portal.requests.length
  const begun = performance.now()
  await act()
  const seconds = (performance.now() - begun) / 1000
  const made = portal.requests.slice(before)
  return { requests: made.length, refused: made.filter(({ status }) => status === 503).length, seconds }
}

/** What was asked so far has drained: a burst begins with an empty bucket. */
async function untilEmpty({ requests }: Portal): Promise<void> {
  progress('waiting until the portal bears a burst again')
  await sleep((Math.min(requests.length, LIMITS.atOnce) / LIMITS.perSecond) * 1000)
}

async function countMoved({ stagecue: { db } }: Rig): Promise<number> {
  const moved = db.selectFrom('decision').select((eb) => eb.fn.countAll<number>().as('count'))
  return Number((await moved.where('outcome', '=', 'moved').executeTakeFirstOrThrow()).count)
}
