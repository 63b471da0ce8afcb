import { setTimeout as sleep } from 'node:timers/promises'
import { type MeasuredSetting, untilWorkedOff } from './measured-setting.ts'
import { median } from './median.ts'

/** What one act costs: milliseconds of the processor, statements, and requests to the portal. */
export type Cost = { cpuMs: number; statements: number; requests: number }

/** Of so many acts the middle one counts, and of the processor's time the least: other work of the machine can only add to it. */
const ACTS = 3

/** Our client asks a portal no more than twice a second, and an act takes two requests: it must not wait for that. */
const PAUSE_MS = 1000

/** What an act and all that follows from it costs our process, in the middle of some. */
export async function costOf(setting: MeasuredSetting, act: () => Promise<unknown>): Promise<Cost> {
  const costs: Cost[] = []
  for (let index = 0; index < ACTS; index++) {
    await sleep(PAUSE_MS)
    costs.push(await costOnce(setting, act))
  }
  return {
    cpuMs: Math.min(...costs.map(({ cpuMs }) => cpuMs)),
    statements: median(costs.map(({ statements }) => statements)),
    requests: median(costs.map(({ requests }) => requests)),
  }
}

export async function costOnce(setting: MeasuredSetting, act: () => Promise<unknown>): Promise<Cost> {
  const { measured, portals } = setting
  await untilWorkedOff(setting)
  const requests = () => portals.reduce((sum, portal) => sum + portal.requests.length, 0)
  const [before, asked] = [await measured.usage(), requests()]
  await act()
  await untilWorkedOff(setting)
  const after = await measured.usage()
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    statements: after.statementCount - before.statementCount,
    requests: requests() - asked,
  }
}
