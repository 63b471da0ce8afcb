import { setTimeout as sleep } from 'node:timers/promises'
import { receive, someDeals } from '../test/chaos/acts.ts'
import type { Portal } from '../test/portal/index.ts'
import { addPortals, whileManyOpen } from './many-portals.ts'
import type { MeasuredSetting } from './measured-setting.ts'
import { percentile } from './median.ts'
import { moveByMail } from './move-by-mail.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'

const OTHERS = 50
const EVENTS = 10_000

/** Deals that are made at a time, so that the emulator answers in between. */
const DEALS_AT_ONCE = 500

/** The others write one after the other, so that they do not wait for each other, milliseconds. */
const EVERY_MS = 100

/** How much longer than alone 95 of 100 of them may wait, milliseconds. */
const MORE_MS = 1000

/**
 * One portal has ten thousand e-mails at once, and fifty have one each: how long these wait until their deals are moved, against the same
 * alone: while the ten thousand arrive, when the machine is busy with taking them in, and while they are worked off. All of them are served by
 * one process on SQLite.
 */
export async function fairness(report: Report): Promise<void> {
  await whileManyOpen(async (setting, sealer) => {
    const [busy] = setting.portals
    if (!busy) throw new Error('There is no portal')
    const others = await addPortals(setting, sealer, 1 + OTHERS)
    progress('warming up')
    await each(setting.balancer.url, others)
    const alone = await each(setting.balancer.url, others)
    const deals: number[] = []
    while (deals.length < EVENTS) {
      progress(`${deals.length} of ${EVENTS} deals made`)
      deals.push(...someDeals(busy, DEALS_AT_ONCE))
      await sleep(0)
    }
    for (const deal of deals) receive(busy, deal)
    const arriving = await each(setting.balancer.url, others)
    progress(`until all ${EVENTS} are stored`)
    await busy.idle()
    const beside = await each(setting.balancer.url, others)
    const { count } = await countDue(setting, busy).executeTakeFirstOrThrow()
    const waits = { alone, [`while ${EVENTS} of one portal arrive`]: arriving, 'while these are worked off': beside }
    for (const [name, times] of Object.entries(waits)) {
      report(name, percentile(times, 0.5), 'ms, half of them within')
      report(name, percentile(times, 0.95), 'ms, 95 of 100 within')
    }
    const more = percentile(beside, 0.95) - percentile(alone, 0.95)
    report('95 of 100 wait longer than alone by', more, 'ms', { atMost: MORE_MS })
    report('still to do then, of the busy portal', Number(count), 'events', { atLeast: 1 })
  })
}

/** Events of the portal that are not worked off. */
function countDue({ db }: MeasuredSetting, { memberId }: Portal) {
  const due = db
    .selectFrom('work')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'due')
  return due.where('portal', '=', memberId).where('kind', '=', 'notice')
}

/** An e-mail of each portal; milliseconds until its deal is moved. */
async function each(url: string, portals: readonly Portal[]): Promise<number[]> {
  const moves: Promise<number>[] = []
  for (const portal of portals) {
    moves.push(moveByMail(portal, { url, seconds: 120, everyMs: 5 }))
    await sleep(EVERY_MS)
  }
  return Promise.all(moves)
}
