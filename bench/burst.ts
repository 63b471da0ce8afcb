import { setTimeout as sleep } from 'node:timers/promises'
import { type Portal, SEED } from '../test/portal/index.ts'
import { aTrigger, type Rig, startRig } from '../test/rig.ts'
import { CALLS_ONE_BY_ONE, moveOneByOne } from './one-by-one.ts'
import { progress, ratio, row } from './print.ts'
import { whileOpen } from './while-open.ts'

const NOTICES = 1000

/** A burst that a client with one call at a time is through with in two minutes; with the other it would need 50. */
const FEW = 40

/** What one request holds: `batch` takes 50 commands; notices are taken by 40, moves are made by 25 once it is known how long they take. */
const READ_AT_ONCE = 40
const MOVES_AT_ONCE = 25

/** How many requests it took, how many of them the limit refused, and how long. */
type Effort = { requests: number; refused: number; seconds: number }

/**
 * Bursts of e-mails of one portal, each of a deal of its own, on Bitrix24's own limits (50 requests at once, then 2 a second): how long
 * it takes until every deal stands in its new stage, against what the limits allow for the packed requests that it takes, for the
 * fewest that it could take, and against a client that makes one call at a time.
 */
export async function burst(): Promise<void> {
  const starting = startRig({ portal: { eventDelayMs: [0, 500] }, env: { LATE_BINDING_SECONDS: '1' } })
  await whileOpen(
    starting,
    (rig) => rig.stop(),
    async (rig) => {
      await rig.as(SEED.users.sam)
      await rig.addTrigger({ kind: 'email-incoming' })
      await rig.settled()
      row('', 'notices', 'requests', 'refused', 'seconds')
      const [few, fewSlowly] = [await burstOf(rig, FEW), await oneByOne(rig, FEW)]
      print('Stagecue', FEW, few)
      print('one call at a time', FEW, fewSlowly)
      row('  ratio', '', ratio(fewSlowly.requests, few.requests), '', ratio(fewSlowly.seconds, few.seconds))
      const many = await burstOf(rig, NOTICES)
      print('Stagecue', NOTICES, many)
      const slowly = NOTICES * CALLS_ONE_BY_ONE
      const secondsSlowly = allowed(rig, slowly)
      row('one call at a time (computed)', NOTICES, slowly, '–', secondsSlowly.toFixed(1))
      row('  ratio', '', ratio(slowly, many.requests), '', ratio(secondsSlowly, many.seconds))
      printFloors(rig, many)
    },
  )
}

function printFloors(rig: Rig, { requests, seconds }: Effort): void {
  const floor = allowed(rig, requests)
  const fewest = Math.ceil(NOTICES / READ_AT_ONCE) + Math.ceil(NOTICES / MOVES_AT_ONCE)
  row('the limits allow these requests in', '', '', '', floor.toFixed(1))
  row('  ratio (1.5 at most)', '', '', '', ratio(seconds, Math.max(1, floor)))
  row('the fewest that could do it', NOTICES, fewest, '–', allowed(rig, fewest).toFixed(1))
}

function print(what: string, notices: number, { requests, refused, seconds }: Effort): void {
  row(what, notices, requests, refused, seconds.toFixed(1))
}

/** Seconds in which the portal's bucket lets so many requests through, if they come as fast as it does. */
function allowed({ portal }: Rig, requests: number): number {
  const { burst: capacity, perSecond } = portal.limits
  return Math.max(0, requests - capacity) / perSecond
}

async function burstOf(rig: Rig, notices: number): Promise<Effort> {
  const { portal } = rig
  await untilEmpty(portal)
  const movedBefore = await countMoved(rig)
  return effortOf(portal, async () => {
    mails(portal, notices)
    for (let moved = 0; moved < notices; ) {
      progress(`${moved} of ${notices} deals moved`)
      await sleep(100)
      moved = (await countMoved(rig)) - movedBefore
    }
  })
}

/** In a portal of its own, whose limits nobody else uses. */
async function oneByOne({ emulator }: Rig, notices: number): Promise<Effort> {
  const portal = await emulator.addPortal()
  portal.beginInstall()
  portal.finishInstall()
  const activityIds = mails(portal, notices)
  return effortOf(portal, async () => {
    for (const [index, activityId] of activityIds.entries()) {
      progress(`${index} of ${notices} deals moved, one call at a time`)
      await moveOneByOne(portal, activityId, aTrigger.stageId)
    }
  })
}

async function effortOf(portal: Portal, act: () => Promise<void>): Promise<Effort> {
  const before = portal.requests.length
  const begun = performance.now()
  await act()
  const seconds = (performance.now() - begun) / 1000
  const made = portal.requests.slice(before)
  return { requests: made.length, refused: made.filter(({ status }) => status === 503).length, seconds }
}

/** What was asked so far has drained: a burst begins with an empty bucket. */
async function untilEmpty({ requests, limits }: Portal): Promise<void> {
  const used = Math.min(requests.length, limits.burst)
  progress('waiting until the portal bears a burst again')
  await sleep((used / limits.perSecond) * 1000)
}

/** The activities' ids. */
function mails({ act }: Portal, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const { deal } = SEED.types
    const { partners } = SEED.pipelines
    const { entityTypeId, id } = act.createItem({ entityTypeId: deal, title: `Deal ${index}`, categoryId: partners })
    return act.receiveMail({ bindings: [{ entityTypeId, id }] }).activityId
  })
}

async function countMoved({ stagecue: services }: Rig): Promise<number> {
  const { count } = await services.db
    .selectFrom('decision')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('outcome', '=', 'moved')
    .executeTakeFirstOrThrow()
  return Number(count)
}
