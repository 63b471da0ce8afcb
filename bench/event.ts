import { setTimeout as sleep } from 'node:timers/promises'
import { receive, someDeals } from '../test/chaos/acts.ts'
import { type Setting, startSetting } from '../test/chaos/setting.ts'
import { type MeasuredProcess, measuredProcess } from './measured-process.ts'
import { median } from './median.ts'
import { moveByMail } from './move-by-mail.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { untilWorkedOff } from './until-worked-off.ts'
import { whileOpen } from './while-open.ts'

/** E-mails that make the process learn, in other portals, as a portal's pace is limited. */
const WARM_UP = { portals: 10, mails: 20 }

/** Quiet e-mails that are measured, one every so many milliseconds: our client asks a portal twice a second, and each takes two requests. */
const QUIET = 12
const PAUSE_MS = 1100

/** E-mails at once, evenly of so many portals: of one they would wait for its limits. */
const BURST = 1000
const BURST_PORTALS = 5

/** Goals of one e-mail that comes alone, and of each of a burst. */
const ALONE = { asked: 20, cpuMs: 5 }
const TOGETHER = { asked: 1, cpuMs: 1 }

/** How often the database is asked: by statements (`begin` and `commit` are counted, too), where they have a way to go by round trips. */
const ASKED = { SQLite: 'statements', PostgreSQL: 'round trips' } as const

/**
 * What an e-mail that moves a deal costs the process, from the post of its event to the journaled move: how often the database is asked, and
 * time of the processor, when it comes alone and in a burst.
 */
export async function event(report: Report): Promise<void> {
  for (const store of ['SQLite', 'PostgreSQL'] as const) {
    const measured = await measuredProcess()
    const starting = startSetting({
      postgres: store === 'PostgreSQL',
      processes: [measured.environment],
      portals: 1 + WARM_UP.portals,
      portal: { limits: { enabled: false }, eventDelayMs: [0, 0] },
      env: { SWEEP_SECONDS: '86400' },
    })
    await whileOpen(
      starting,
      (setting) => setting.close(),
      (setting) => measure(setting, measured, store, report),
    )
  }
}

async function measure(
  setting: Setting,
  measured: MeasuredProcess,
  store: keyof typeof ASKED,
  report: Report,
): Promise<void> {
  const [portal, ...others] = setting.portals
  if (!portal) throw new Error('There is no portal')
  progress(`${store}: warming up`)
  for (let mail = 0; mail < WARM_UP.mails; mail++) await Promise.all(others.map((one) => moveByMail(one)))
  await untilWorkedOff(setting)
  const costs: Cost[] = []
  for (let mail = 0; mail < QUIET; mail++) {
    progress(`${store}: quiet e-mail ${mail} of ${QUIET}`)
    await sleep(PAUSE_MS)
    costs.push(await costOf(setting, measured, () => moveByMail(portal)))
  }
  const alone = `${store}, an e-mail alone`
  report(alone, median(costs.map((cost) => cost[ASKED[store]])), ASKED[store], { atMost: ALONE.asked })
  report(alone, median(costs.map(({ cpuMs }) => cpuMs)), 'ms of processor', { atMost: ALONE.cpuMs })
  report(alone, Math.min(...costs.map(({ cpuMs }) => cpuMs)), 'ms of processor at best')
  const deals = others
    .slice(0, BURST_PORTALS)
    .flatMap((one) => someDeals(one, BURST / BURST_PORTALS).map((deal) => [one, deal] as const))
  progress(`${store}: ${BURST} at once`)
  const burst = await costOf(setting, measured, async () => {
    for (const [one, deal] of deals) receive(one, deal)
  })
  const together = `${store}, each of ${BURST} at once`
  report(together, burst[ASKED[store]] / BURST, ASKED[store], { atMost: TOGETHER.asked })
  report(together, burst.cpuMs / BURST, 'ms of processor', { atMost: TOGETHER.cpuMs })
}

type Cost = { cpuMs: number; statements: number; 'round trips': number }

async function costOf(setting: Setting, measured: MeasuredProcess, act: () => Promise<unknown>): Promise<Cost> {
  const before = await measured.usage()
  await act()
  await untilWorkedOff(setting)
  const after = await measured.usage()
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    statements: after.statementCount - before.statementCount,
    'round trips': after.roundTripCount - before.roundTripCount,
  }
}
