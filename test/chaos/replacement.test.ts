import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { sharedPostgres } from '../lib/store/test-database.ts'
import type { Act } from './acts.ts'
import { keepActing } from './load.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Setting, startSetting } from './setting.ts'

/** `docs/several-processes.md`, "Upgrades while running": process after process is replaced, behind a balancer, while events come in. */

let setting: Setting
afterEach(() => setting.close())

test('three processes are replaced under load: every event is answered 200, none is lost, none counts twice', async () => {
  // No sweep: it would find what was lost.
  const env = { SWEEP_SECONDS: '86400' }
  setting = await startSetting({
    postgres: sharedPostgres(),
    processes: [{}, {}, {}],
    portals: 5,
    portal: { limits: { enabled: false } },
    env,
  })
  const acts: Act[] = []
  let isOver = false
  const load = keepActing(setting, acts, () => isOver)
  const { ports } = setting.balancer
  for (const one of setting.processes) {
    await sleep(1000)
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
