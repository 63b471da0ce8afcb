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
  for (const { faults } of setting.portals) faults.slowMs = 50
  const acts: Act[] = []
  let isOver = false
  const load = keepActing(setting, acts, () => isOver)
  // Alone at first, and alone with the events until it dies, so that it serves all portals then.
  const ownersNow = async () => [...(await leases(setting)).values()].map(({ owner }) => owner)
  await until('it serves a portal', async () => (await ownersNow()).length > 0)
  const [owner] = await ownersNow()
  const { ports } = setting.balancer
  const portsOfOthers = ports.splice(1)
  await Promise.all(others.map((one) => one.start()))
  for (const portal of setting.portals) {
    // What is asked now takes it long enough to be met at all of them.
    portal.faults.slowMs = 300
    for (const dealId of someDeals(portal, 3)) acts.push(receive(portal, dealId))
  }
  const servesAll = async () => (await ownersNow()).filter((one) => one === owner).length === setting.portals.length
  await until('it serves all portals', servesAll, 10, 20)
  ports.push(...portsOfOthers)
  await first?.kill()
  for (const { faults } of setting.portals) faults.slowMs = 50
  const left = await leases(setting)
  const orphans = async () => {
    const now = await leases(setting)
    return [...left].filter(([portal, { term }]) => now.get(portal)?.term === term)
  }
  await sleep(KEPT_EVERY_MS + 1000)
  expect(await orphans(), 'portals that were being served when the process died').not.toEqual([])
  const leftSeconds = 15 - KEPT_EVERY_MS / 1000 - 1
  await until('the others serve its portals', async () => (await orphans()).length === 0, leftSeconds, 200)
  isOver = true
  await load
  for (const { faults } of setting.portals) faults.slowMs = 0
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

/** Portals that are being served: by whom, and of each what a process that serves it changes every three seconds. */
async function leases({ query }: Setting): Promise<Map<unknown, { owner: unknown; term: string }>> {
  const rows = await query(
    'select member_id, lease_owner, lease_number, lease_until from portal where lease_owner is not null',
  )
  return new Map(
    rows.map(({ member_id, lease_owner, lease_number, lease_until }) => [
      member_id,
      { owner: lease_owner, term: `${lease_number} ${lease_until}` },
    ]),
  )
}
