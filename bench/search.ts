import { setTimeout as sleep } from 'node:timers/promises'
import { openSession } from '../test/api.ts'
import { receive, someDeals } from '../test/chaos/acts.ts'
import { SEED } from '../test/portal/index.ts'
import { type MeasuredSetting, startMeasuredSetting } from './measured-setting.ts'
import { median } from './median.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

/** E-mails whose work uses up all that the portal bears. */
const MAILS = 2000

/** How often somebody searches, and how many times of each sort. */
const EVERY_MS = 1000
const SEARCHES = 8

const PROMISED_MS = 2000

/** What is searched for: each time something else, so that no answer is remembered. */
const searches: Record<string, (nth: number) => string> = {
  'people, whom the portal searches': (nth) => `/api/users?search=${letters(nth)}`,
  'the journal, by titles that the portal searches': (nth) => `/api/journal?search=Deal%20${nth}`,
}

/**
 * How long a search in the pages takes that asks the portal, while a burst of e-mails uses what the portal bears: Bitrix24's own limits (50
 * requests at once, then 2 a second).
 */
export async function search(report: Report): Promise<void> {
  await whileOpen(
    startMeasuredSetting({ portal: { eventDelayMs: [0, 0] } }),
    (setting) => setting.close(),
    (setting) => measure(setting, report),
  )
}

async function measure({ portals, balancer, db }: MeasuredSetting, report: Report): Promise<void> {
  const [portal] = portals
  if (!portal) throw new Error('There is no portal')
  const admin = await openSession(balancer.url, portal, SEED.users.admin)
  progress('waiting until the portal bears a burst again')
  await sleep(25_000)
  for (const deal of someDeals(portal, MAILS)) receive(portal, deal)
  progress('until all events are stored')
  await portal.idle()
  for (const [name, pathOf] of Object.entries(searches)) {
    progress(name)
    const times: number[] = []
    for (let nth = 0; nth < SEARCHES; nth++) {
      const begun = performance.now()
      const { status } = await admin('GET', pathOf(nth))
      if (status !== 200) throw new Error(`${pathOf(nth)} answered ${status}`)
      times.push(performance.now() - begun)
      await sleep(EVERY_MS)
    }
    report(name, median(times), 'ms, in the middle')
    report(name, Math.max(...times), 'ms at most', { atMost: PROMISED_MS })
  }
  const due = db
    .selectFrom('work')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'due')
  const { count } = await due.where('kind', '=', 'notice').executeTakeFirstOrThrow()
  report('e-mails that still waited at the end', Number(count), 'events', { atLeast: 1 })
}

/** Two letters that no other turn has. */
function letters(nth: number): string {
  return String.fromCharCode(97 + nth) + String.fromCharCode(97 + ((nth * 7) % 26))
}
