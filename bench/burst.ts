import { SEED } from '../test/portal/index.ts'
import { type Rig, startRig } from '../test/rig.ts'

const NOTICES = 1000

/** What one request holds: `batch` takes 50 commands; notices are taken by 40, moves are made by 25 once it is known how long they take. */
const READ_AT_ONCE = 40
const MOVES_AT_ONCE = 25

/**
 * A burst of a thousand e-mails of one portal, each of a deal of its own, on Bitrix24's own limits (50 requests at once, then 2 a
 * second): how long it takes until every deal stands in its new stage, against what the limits allow for the packed requests that it
 * takes, and for the fewest that it could take.
 */
export async function burst(): Promise<void> {
  const rig = await startRig({ portal: { eventDelayMs: [0, 500] }, env: { LATE_BINDING_SECONDS: '1' } })
  try {
    await rig.as(SEED.users.sam)
    await rig.addTrigger({ kind: 'email-incoming' })
    await rig.settled()
    await untilEmpty(rig)
    const before = rig.portal.requests.length
    const begun = performance.now()
    mails(rig)
    await untilMoved(rig)
    const seconds = (performance.now() - begun) / 1000
    const made = rig.portal.requests.slice(before)
    const floor = allowed(rig, made.length)
    const fewest = Math.ceil(NOTICES / READ_AT_ONCE) + Math.ceil(NOTICES / MOVES_AT_ONCE)
    line('notices, each a deal to be moved', NOTICES)
    line('packed requests', made.length)
    line('of them refused for the limit (503)', made.filter(({ status }) => status === 503).length)
    line('the fewest that could do it', fewest)
    line('seconds', seconds.toFixed(1))
    line('seconds that the limits take for these requests', floor.toFixed(1))
    line('ratio (1.5 at most)', (seconds / Math.max(1, floor)).toFixed(2))
    line('seconds that they take for the fewest', allowed(rig, fewest).toFixed(1))
  } finally {
    await rig.stop()
  }
}

/** Seconds in which the portal's bucket lets so many requests through, if they come as fast as it does. */
function allowed({ portal }: Rig, requests: number): number {
  const { burst: capacity, perSecond } = portal.limits
  return Math.max(0, requests - capacity) / perSecond
}

/** What the installation took has drained: the burst begins with an empty bucket. */
async function untilEmpty({ portal }: Rig): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, (portal.requests.length / portal.limits.perSecond) * 1000))
}

function mails({ portal }: Rig): void {
  for (let index = 0; index < NOTICES; index++) {
    const { entityTypeId, id } = portal.act.createItem({
      entityTypeId: SEED.types.deal,
      title: `Deal ${index}`,
      categoryId: SEED.pipelines.partners,
    })
    portal.act.receiveMail({ bindings: [{ entityTypeId, id }] })
  }
}

async function untilMoved({ portal, stagecue }: Rig): Promise<void> {
  for (;;) {
    await portal.idle()
    const moved = await stagecue.db
      .selectFrom('decision')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('outcome', '=', 'moved')
      .executeTakeFirstOrThrow()
    if (Number(moved.count) === NOTICES) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function line(what: string, value: number | string): void {
  console.log(`${what.padEnd(56)}${String(value).padStart(10)}`)
}
