import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { Act } from '../acts.ts'
import { keepActing } from '../load.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from '../properties.ts'
import { type Setting, startSetting } from '../setting.ts'

const three = [{}, {}, {}]

let setting: Setting
afterEach(() => setting.close())

test('one of three is frozen under load, and thaws when its portals are with others: it writes nothing any more', async () => {
  setting = await startSetting({ postgres: true, processes: three, portals: 3, portal: { limits: { enabled: false } } })
  const acts: Act[] = []
  let isOver = false
  const load = keepActing(setting, acts, () => isOver)
  await sleep(2000)
  const [app] = setting.processes
  app?.freeze()
  // It would still take events, and answer none of them.
  setting.balancer.ports.splice(0, 1)
  await sleep(13_000)
  app?.thaw()
  await sleep(500)
  isOver = true
  await load
  await untilWorkedOff(setting, acts)
  await expectNothingLostNothingTwice(setting, acts)
  expect(setting.processes.every((one) => one.isRunning())).toBe(true)
})
