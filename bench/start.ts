import { setTimeout as sleep } from 'node:timers/promises'
import { moveDeals } from './many-portals.ts'
import { type MeasuredSetting, untilWorkedOff } from './measured-setting.ts'
import { median } from './median.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'

const BUSY = 50

/** E-mails of each busy portal, one after the other. */
const MAILS = 8

const STARTS = 5

const MB = 2 ** 20

/** Longest until it serves, milliseconds, and most that it holds, MB. */
const GOALS = { startMs: 2000, residentMb: 250 }

/**
 * How long a process on SQLite takes from its first instruction to a green /health when many portals are installed, and how much memory it
 * takes while some of them are busy. Waits of the product's timing are those of `test/chaos/setting.ts`.
 */
export async function start(setting: MeasuredSetting, report: Report): Promise<void> {
  const { portals } = setting
  await untilWorkedOff(setting)
  const starts: Start[] = []
  for (let index = 0; index < STARTS; index++) {
    progress(`start ${index + 1} of ${STARTS}`)
    starts.push(await startAnew(setting))
  }
  for (const name of ['to a green /health', 'of the processor'] as const) {
    const times = starts.map((one) => one[name])
    const goal = name === 'of the processor' ? undefined : { atMost: GOALS.startMs }
    report(`${portals.length} portals, ${name}`, Math.min(...times), 'ms at best')
    report(`${portals.length} portals, ${name}`, median(times), 'ms, in the middle', goal)
    report(`${portals.length} portals, ${name}`, Math.max(...times), 'ms at most')
  }
  const { peak, rest } = await memoryWhileBusy(setting)
  report(`${BUSY} of ${portals.length} portals busy`, peak / MB, 'MB resident at most', { atMost: GOALS.residentMb })
  report(`${BUSY} of ${portals.length} portals busy`, rest / MB, 'MB resident afterwards')
}

type Start = Record<'to a green /health' | 'of the processor', number>

async function startAnew({ processes: [process], measured }: MeasuredSetting): Promise<Start> {
  await process?.stop()
  const begun = performance.now()
  await process?.start()
  const ms = performance.now() - begun
  return { 'to a green /health': ms, 'of the processor': (await measured.usage()).cpuMs }
}

/** Most of what the process takes, looked at ten times a second, and what it takes when it has collected its garbage. */
async function memoryWhileBusy(setting: MeasuredSetting): Promise<{ peak: number; rest: number }> {
  const { measured, portals } = setting
  const busy = portals.slice(0, BUSY)
  let peak = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      peak = Math.max(peak, (await measured.usage()).rss)
      await sleep(100)
    }
  })()
  for (let index = 0; index < MAILS; index++) await moveDeals(setting, busy)
  isOver = true
  await watching
  return { peak, rest: (await measured.collected()).rss }
}
