import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openPatiently, type Setting, startSetting } from '../test/chaos/setting.ts'
import { until } from '../test/chaos/until.ts'
import { SEED } from '../test/portal/index.ts'
import { callEnd, latencies, throughput } from './load.ts'
import { percentile } from './median.ts'
import { progress } from './print.ts'
import type { Report } from './results.ts'
import { whileOpen } from './while-open.ts'

const EVENTS = 2500
const CONNECTIONS = [50, 500]

/** Each is measured so often, in turn, and the best counts: a moment's other work of the machine is in one of them only. */
const ROUNDS = 2

const PER_SECOND = 300
const SECONDS = 8

const AT_ONCE = 10_000
const AT_ONCE_CONNECTIONS = 1000

/** Of a bare handler that stores nothing, at least; longest wait of 99 of 100 events, milliseconds. */
const SHARE = 0.7
const P99_MS = 25

/**
 * How fast `/events` answers (read, token compared, stored, committed, 200) against an Express handler that stores nothing, in one run; both
 * in processes of their own. No trigger is served by what comes, so that the intake is measured alone.
 */
export async function intake(report: Report): Promise<void> {
  await whileOpen(startBareServer(), stopBareServer, async ({ url: bareUrl }) => {
    for (const store of ['SQLite', 'PostgreSQL'] as const) {
      const starting = startSetting({
        postgres: store === 'PostgreSQL',
        portals: 4,
        portal: { limits: { enabled: false } },
        env: { SWEEP_SECONDS: '86400' },
      })
      await whileOpen(
        starting,
        (setting) => setting.close(),
        (setting) => measure(setting, store, bareUrl, report),
      )
    }
  })
}

async function measure(setting: Setting, store: string, bareUrl: string, report: Report): Promise<void> {
  const { portals, processes, query } = setting
  const url = `http://127.0.0.1:${processes[0]?.port}`
  await removeTriggers(setting)
  const [first, second, ...fresh] = portals
  if (!first || !second) throw new Error('There are no portals')
  const form = (index: number) => callEnd(index % 2 ? first : second, `BENCH.${index}`)
  for (const warm of [bareUrl, url]) await throughput(warm, form, { count: EVENTS / 2, connections: 50 })
  for (const connections of CONNECTIONS) {
    progress(`${store}, ${connections} connections`)
    const [bare, ours]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await throughput(bareUrl, form, { count: EVENTS, connections }))
      ours.push(await throughput(url, form, { count: EVENTS, connections }))
    }
    const [floor, best] = [Math.max(...bare), Math.max(...ours)]
    const name = `${store}, ${connections} connections`
    report(name, best, 'events a second')
    report(name, floor, 'of a bare handler')
    report(name, best / floor, 'ratio', { atLeast: SHARE })
  }
  await untilQuiet(setting)
  progress(`${store}, ${PER_SECOND} a second`)
  const times = await latencies(url, form, { perSecond: PER_SECOND, seconds: SECONDS })
  report(`${store}, ${PER_SECOND} a second: half of them within`, percentile(times, 0.5), 'ms')
  report(`${store}, ${PER_SECOND} a second: 99 of 100 within`, percentile(times, 0.99), 'ms', { atMost: P99_MS })
  await untilQuiet(setting)
  progress(`${store}, ${AT_ONCE} at once`)
  const whole = (index: number) => callEnd(fresh[index % fresh.length] ?? first, `WHOLE.${index}`)
  const perSecond = await throughput(url, whole, { count: AT_ONCE, connections: AT_ONCE_CONNECTIONS })
  const [stored] = await query("select count(*) as count from work where subject like 'ONVOXIMPLANTCALLEND:WHOLE.%'")
  report(`${store}, ${AT_ONCE} at once: answered in`, AT_ONCE / perSecond, 's')
  report(`${store}, ${AT_ONCE} at once: stored`, Number(stored?.count), 'events', { atLeast: AT_ONCE })
}

/** What comes serves nothing, so the portals are never asked. */
async function removeTriggers({ portals, balancer }: Setting): Promise<void> {
  for (const portal of portals) {
    const admin = await openPatiently(balancer.url, portal, SEED.users.admin)
    const { body } = await admin('GET', '/api/triggers')
    for (const { id } of body) await admin('DELETE', `/api/triggers/${id}`)
  }
}

async function untilQuiet({ query }: Setting): Promise<void> {
  const due = "select 1 from work where state = 'due' and kind = 'notice' limit 1"
  await until('the events are worked off', async () => (await query(due)).length === 0, 120)
}

type BareServer = { url: string; end(): Promise<unknown> }

async function startBareServer(): Promise<BareServer> {
  const script = fileURLToPath(new URL('bare-server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [port] = await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${Number(port)}`, end: async () => child.kill() }
}

function stopBareServer({ end }: BareServer): Promise<unknown> {
  return end()
}
