import { setTimeout as sleep } from 'node:timers/promises'
import { receive, someDeals } from '../test/chaos/acts.ts'
import { type Setting, startSetting } from '../test/chaos/setting.ts'
import { startPostgres } from '../test/lib/store/test-database.ts'
import type { Portal } from '../test/portal/index.ts'
import { callEnd, throughput } from './load.ts'
import { type MeasuredProcess, measuredProcess } from './measured-process.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { untilWorkedOff } from './until-worked-off.ts'
import { whileOpen } from './while-open.ts'

const PROCESSES = [1, 2, 4]
const PORTALS = 10
const EVENTS = 1000
const EVENTS_AT_ONCE = 50
const MAILS_OF_EACH = 40
const ROUNDS = 2

/** What an e-mail costs with several processes, times what it costs with one. */
const MOST_COST = 1.1

/** What the e-mails of a round ask of each portal has drained after that. */
const REST_MS = 3000

/**
 * What a number of processes did in a second; what an e-mail took of the processor, theirs and that of emulator and load, milliseconds; and
 * how often PostgreSQL was asked for it.
 */
type Pace = { acknowledged: number; worked: number; cpuMs: number; loadMs: number; roundTrips: number }

/** PostgreSQL with ever more processes behind one address: events acknowledged, and e-mails worked off, a second. */
export async function processes(report: Report): Promise<void> {
  const measured = await Promise.all(Array.from({ length: Math.max(...PROCESSES) }, () => measuredProcess()))
  await whileOpen(
    startPostgres({ settings: {} }),
    (postgres) => postgres.stop(),
    (postgres) => {
      progress(`installing in ${PORTALS} portals`)
      const starting = startSetting({
        postgres,
        processes: measured.map(({ environment }) => environment),
        portals: PORTALS,
        portal: { limits: { enabled: false }, eventDelayMs: [0, 0] },
        env: { SWEEP_SECONDS: '86400' },
      })
      return whileOpen(
        starting,
        (setting) => setting.close(),
        (setting) => compare(setting, measured, report),
      )
    },
  )
}

async function compare(setting: Setting, measured: MeasuredProcess[], report: Report): Promise<void> {
  await setting.query("delete from trigger where kind <> 'email-incoming'")
  const ports = [...setting.balancer.ports]
  const best = new Map<number, Pace>()
  for (let round = 1; round <= ROUNDS; round++) {
    for (const count of PROCESSES) {
      await run(setting, ports, count)
      const pace = await paceOf(setting, measured.slice(0, count), `${count} processes, round ${round}`)
      best.set(count, better(pace, best.get(count)))
    }
  }
  const one = best.get(1)
  if (!one) return
  for (const [count, pace] of best) {
    const name = count === 1 ? '1 process' : `${count} processes`
    const goal = { atMost: MOST_COST }
    report(name, pace.acknowledged, 'acknowledged a second')
    report(name, pace.worked, 'worked off a second')
    report(name, pace.cpuMs, 'ms of processor an e-mail')
    report(name, pace.cpuMs / one.cpuMs, '× as with one, processor', goal)
    report(name, pace.roundTrips, 'round trips an e-mail')
    report(name, pace.roundTrips / one.roundTrips, '× as with one, round trips', goal)
    report(name, pace.loadMs, 'ms of emulator and load an e-mail')
  }
}

function better(one: Pace, other: Pace = one): Pace {
  return {
    acknowledged: Math.max(one.acknowledged, other.acknowledged),
    worked: Math.max(one.worked, other.worked),
    cpuMs: Math.min(one.cpuMs, other.cpuMs),
    loadMs: Math.min(one.loadMs, other.loadMs),
    roundTrips: Math.min(one.roundTrips, other.roundTrips),
  }
}

/** The first so many processes run, and the balancer knows them. */
async function run({ processes, balancer }: Setting, ports: readonly number[], count: number): Promise<void> {
  await Promise.all(
    processes.map((one, index) => {
      if (index < count) return one.isRunning() ? null : one.start()
      return one.isRunning() ? one.stop() : null
    }),
  )
  balancer.ports.splice(0, balancer.ports.length, ...ports.slice(0, count))
}

async function paceOf(setting: Setting, measured: MeasuredProcess[], what: string): Promise<Pace> {
  const { portals, balancer } = setting
  progress(`${what}: warming up`)
  const form = (index: number) => callEnd(portals[index % portals.length] as Portal, `BENCH.${index}`)
  await throughput(balancer.url, form, { count: EVENTS / 4, connections: EVENTS_AT_ONCE })
  await untilWorkedOff(setting)
  progress(`${what}: ${EVENTS} events`)
  const acknowledged = await throughput(balancer.url, form, { count: EVENTS, connections: EVENTS_AT_ONCE })
  await untilWorkedOff(setting)
  progress(`${what}: waiting until the portals bear a burst again`)
  await sleep(REST_MS)
  const mails = PORTALS * MAILS_OF_EACH
  progress(`${what}: ${mails} e-mails`)
  const [before, load, begun] = [await usageOf(measured), process.cpuUsage(), performance.now()]
  for (const portal of portals) for (const deal of someDeals(portal, MAILS_OF_EACH)) receive(portal, deal)
  await untilWorkedOff(setting)
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(load)
  const after = await usageOf(measured)
  return {
    acknowledged,
    worked: mails / seconds,
    cpuMs: (after.cpuMs - before.cpuMs) / mails,
    loadMs: (user + system) / 1000 / mails,
    roundTrips: (after.roundTripCount - before.roundTripCount) / mails,
  }
}

/** Of all of them together. */
async function usageOf(measured: readonly MeasuredProcess[]): Promise<{ cpuMs: number; roundTripCount: number }> {
  const usages = await Promise.all(measured.map((one) => one.usage()))
  const sum = (name: 'cpuMs' | 'roundTripCount') => usages.reduce((total, usage) => total + usage[name], 0)
  return { cpuMs: sum('cpuMs'), roundTripCount: sum('roundTripCount') }
}
