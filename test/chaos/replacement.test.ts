import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { sharedPostgres } from '../lib/store/test-database.ts'
import { type Act, receive, someDeals } from './acts.ts'
import { keepActing } from './load.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'

/** `docs/several-processes.md`, "Upgrades while running": process after process is replaced, behind a balancer, while events come in. */

/** Events of what has just happened are on their way for so long, milliseconds. */
const EVENTS_MS = 20

let setting: Setting
afterEach(() => setting.close())

test('three processes are replaced under load: every event is answered 200, none is lost, none counts twice', async () => {
  // No sweep: it would find what was lost.
  const env = { SWEEP_SECONDS: '86400' }
  setting = await startSetting({
    postgres: sharedPostgres(),
    processes: [{}, {}, {}],
    portals: 3,
    portal: { limits: { enabled: false }, eventDelayMs: [0, EVENTS_MS] },
    env,
  })
  const acts: Act[] = []
  let isOver = false
  const load = keepActing(setting, acts, () => isOver)
  const { ports } = setting.balancer
  for (const one of setting.processes) {
    await sleep(1000)
    // What is on its way to it, and half received, at the moment in which it is told to end.
    for (const portal of setting.portals) for (const dealId of someDeals(portal, 5)) acts.push(receive(portal, dealId))
    await sleep(EVENTS_MS)
    const before = acts.length
    ports.splice(ports.indexOf(one.port), 1)
    expect(await one.stop()).toBe(0)
    await one.start()
    ports.push(one.port)
    expect(acts.length, 'what happened meanwhile').toBeGreaterThan(before)
  }
  await sleep(500)
  isOver = true
  await load
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
  const statuses = setting.portals.flatMap(({ deliveries }) => deliveries.map(({ status }) => status))
  expect(statuses.filter((status) => status !== 200)).toEqual([])
  expect(statuses.length).toBeGreaterThan(acts.length)
  const swept = await setting.query("select key from occurrence where source = 'sweep'")
  expect(swept).toEqual([])
})
