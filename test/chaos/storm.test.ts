import { afterEach, test } from 'vitest'
import { throwDice } from './random.ts'
import { type Setting, startSetting } from './setting.ts'
import { weatherStorm } from './storm.ts'

let setting: Setting
afterEach(() => setting.close())

test('a storm in which events are lost, doubled and shuffled, the portal fails and the process is killed', async () => {
  const dice = throwDice('storm')
  setting = await startSetting({ portal: { eventDelayMs: [0, 500], seed: dice.seed } })
  await weatherStorm(setting, dice, { count: 60, mild: true })
})
