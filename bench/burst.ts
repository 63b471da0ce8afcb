import { setTimeout as sleep } from 'node:timers/promises'
import { someDeals } from '../test/chaos/acts.ts'
import type { Portal } from '../test/portal/index.ts'
import { SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'
import { CALLS_ONE_BY_ONE, moveOneByOne } from './one-by-one.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

/** E-mails at once; the last burst would take four minutes on the usual limits. */
const BURSTS: readonly { mails: number; plan: Plan }[] = [
  { mails: 1, plan: 'usual' },
  { mails: 50, plan: 'usual' },
  { mails: 200, plan: 'usual' },
  { mails: 1000, plan: 'usual' },
  { mails: 5000, plan: 'Enterprise' },
]

/** What Bitrix24 bears of one portal: requests at once, and then in a second. */
const LIMITS = { usual: { atOnce: 50, perSecond: 2 }, Enterprise: { atOnce: 250, perSecond: 5 } }

type Plan = keyof typeof LIMITS

/** E-mails that come over half a second share requests: so few of them at most for each. */
const FEW = 40
const FEW_REQUESTS = 0.5

/** The last item is moved within so many times of what the limits take for the requests that were made. */
const OVER_FLOOR = 1.15

/** Below this the limits take no time, and what is measured is one request after the other, seconds. */
const LEAST_FLOOR = 1

/**
 * Bursts of e-mails of one portal, each of a deal of its own, on Bitrix24's own limits: how long it takes until every deal stands in its new
 * stage, against what the limits allow for these requests and against a client that makes one call at a time. Each burst has a portal of its
 * own, which nobody has asked before; all are installed first, so that their buckets drain together.
 */
export async function burst(report: Report): Promise<void> {
  const measures: { plan: Plan; act: (rig: Rig) => Promise<void> }[] = [
    { plan: 'usual', act: (rig) => few(rig, report) },
    ...BURSTS.map(({ mails, plan }) => ({
      plan,
      act: async (rig: Rig) => tell(report, { mails, plan }, await burstOf(rig, mails)),
    })),
    { plan: 'usual', act: (rig) => oneByOne(rig, report) },
  ]
  await whileOpen(
    installed(measures.map(({ plan }) => plan)),
    (rigs) => Promise.all(rigs.map((rig) => rig.stop())),
    async (rigs) => {
      progress('waiting until the portals bear a burst')
      await sleep(Math.max(...rigs.map((rig, nth) => drainingMs(rig, measures[nth]?.plan ?? 'usual'))))
      for (const [nth, rig] of rigs.entries()) await measures[nth]?.act(rig)
    },
  )
}

/** A rig of its own for each, on that plan, with a trigger that incoming e-mails serve. */
async function installed(plans: readonly Plan[]): Promise<Rig[]> {
  const rigs: Rig[] = []
  for (const plan of plans) {
    const switches = { licenseFamily: plan === 'Enterprise' ? ('ent' as const) : ('std' as const) }
    const rig = await startRig({ portal: { eventDelayMs: [0, 500], switches }, env: { LATE_BINDING_SECONDS: '1' } })
    rigs.push(rig)
    await rig.as(SEED.users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.settled()
  }
  return rigs
}

/** Until the bucket that installing has filled is empty again, if it began to drain only now. */
function drainingMs(rig: Rig, plan: Plan): number {
  return (rig.portal.requests.length / LIMITS[plan].perSecond) * 1000
}

/** How many requests it took, how many of them the limit refused, and how long. */
type Effort = { requests: number; refused: number; seconds: number }

function tell(
  report: Report,
  { mails, plan }: { mails: number; plan: Plan },
  { requests, refused, seconds }: Effort,
): void {
  const name = `${mails} e-mail${mails === 1 ? '' : 's'}${plan === 'usual' ? '' : `, plan ${plan}`}`
  const floor = Math.max(LEAST_FLOOR, allowed(requests, plan))
  report(name, seconds, 's until the last is moved')
  report(name, requests, 'requests')
  report(name, refused, 'refused', { atMost: 0 })
  report(name, seconds / floor, '× what the limits take', { atMost: OVER_FLOOR })
  report(name, allowed(mails * CALLS_ONE_BY_ONE, plan) / seconds, '× faster than one call at a time')
}

/** Requests that come within half a second and need not come one for each e-mail. */
async function few(rig: Rig, report: Report): Promise<void> {
  const { requests } = await burstOf(rig, FEW)
  report(`${FEW} e-mails over half a second`, requests / FEW, 'requests an e-mail', { atMost: FEW_REQUESTS })
}

/** Seconds in which the portal's bucket lets so many requests through, if they come as fast as it does. */
function allowed(requests: number, plan: Plan): number {
  const { atOnce, perSecond } = LIMITS[plan]
  return Math.max(0, requests - atOnce) / perSecond
}

async function burstOf(rig: Rig, count: number): Promise<Effort> {
  const { portal } = rig
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

async function countMoved({ stagecue: { db } }: Rig): Promise<number> {
  const moved = db.selectFrom('decision').select((eb) => eb.fn.countAll<number>().as('count'))
  return Number((await moved.where('outcome', '=', 'moved').executeTakeFirstOrThrow()).count)
}
