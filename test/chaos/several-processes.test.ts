import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { sharedPostgres, startPostgres } from '../lib/store/test-database.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { keepActing } from './load.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'
import { until } from './until.ts'

/** Processes that share portals on one PostgreSQL. */

let setting: Setting
afterEach(() => setting.close())

/** As in `worker.ts`. */
const KEPT_EVERY_MS = 3000

test('one of three is killed under load: the others go on with its portals within 15 s, and nothing is lost', async () => {
  setting = await startSetting({
    postgres: sharedPostgres(),
    processes: [{}, {}, {}],
    later: 2,
    portals: 3,
    portal: { limits: { enabled: false } },
  })
  const [first, ...others] = setting.processes
  // Alone at first, and met at all portals by one that gives no answer: so it holds them when it dies.
  for (const { faults } of setting.portals) faults.next({ method: 'crm.activity.list', kind: 'silent', when: 'before' })
  const acts: Act[] = []
  for (const portal of setting.portals) acts.push(receive(portal, someDeals(portal, 1)[0] ?? 0))
  let isOver = false
  const load = keepActing(setting, acts, () => isOver)
  await until('all portals fell silent', () => setting.portals.every(({ faults }) => faults.waiting.length === 0))
  await Promise.all(others.map((one) => one.start()))
  await first?.kill()
  const left = await leases(setting)
  const orphans = async () => {
    const now = await leases(setting)
    return [...left].filter(([portal, lease]) => now.get(portal) === lease)
  }
  await sleep(KEPT_EVERY_MS + 1000)
  expect(await orphans(), 'portals that were being served when the process died').toHaveLength(3)
  const leftSeconds = 15 - KEPT_EVERY_MS / 1000 - 1
  await until('the others serve its portals', async () => (await orphans()).length === 0, leftSeconds, 200)
  isOver = true
  await load
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
})

test('the database stops in the middle of a burst: 503 and never a false 200; when it is back everything is worked off', async () => {
  const postgres = await startPostgres()
  // After the setting, which uses it.
  onTestFinished(() => postgres.stop())
  setting = await startSetting({ postgres, processes: [{}, {}], portal: { limits: { enabled: false } } })
  const acts: Act[] = []
  let isOver = false
  const load = keepActing(setting, acts, () => isOver)
  await sleep(1500)
  const stoppedAt = Date.now()
  await postgres.halt()
  const downAt = Date.now()
  await sleep(3000)
  const upAt = Date.now()
  await postgres.resume()
  await sleep(1500)
  isOver = true
  await load
  await setting.portals[0]?.idle()
  const deliveries = setting.portals[0]?.deliveries ?? []
  const during = deliveries.filter(({ at }) => at.getTime() > downAt && at.getTime() < upAt - 100)
  expect(during.length).toBeGreaterThan(10)
  expect(new Set(during.map(({ status }) => status))).toEqual(new Set([503]))
  expect(stoppedAt).toBeLessThan(downAt)
  for (const one of setting.processes) expect(one.isRunning(), one.output.join('').slice(-2000)).toBe(true)
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
})

test('with WORKER=false a process answers and stores, and works nothing off; another does', async () => {
  setting = await startSetting({ postgres: sharedPostgres(), processes: [{ WORKER: 'false' }, {}], later: 1 })
  const [, worker] = setting.processes
  const [portal] = setting.portals
  if (!worker || !portal) throw new Error('Nothing was started')
  setting.balancer.ports.splice(1, 1)
  const [dealId = 0] = someDeals(portal, 1)
  const acts = [receive(portal, dealId)]
  await until('the event is stored', async () => (await due(setting)).length > 0)
  await sleep(2000)
  expect(await due(setting)).toHaveLength(1)
  await worker.start()
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
})

async function due({ query }: Setting) {
  return query("select id from work where state = 'due' and kind = 'notice'")
}

/** Portals that are being served, and of each what a process that serves it changes every three seconds. */
async function leases({ query }: Setting): Promise<Map<unknown, string>> {
  const rows = await query('select member_id, lease_number, lease_until from portal where lease_owner is not null')
  return new Map(rows.map(({ member_id, lease_number, lease_until }) => [member_id, `${lease_number} ${lease_until}`]))
}
