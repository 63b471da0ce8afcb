import { afterEach, expect, test } from 'vitest'
import { type Dice, throwDice } from '../random.ts'
import { type Setting, type SettingOptions, startSetting } from '../setting.ts'
import { weatherStorm } from '../storm.ts'

/** How many storms of each sort; CHAOS_ROUNDS says otherwise. */
const rounds = Array.from({ length: Number(process.env.CHAOS_ROUNDS ?? 3) }, (_, round) => round + 1)

let setting: Setting
afterEach(() => setting.close())

async function begin(options: SettingOptions, what: string): Promise<Dice> {
  const dice = throwDice(what)
  setting = await startSetting({ ...options, portal: { ...options.portal, seed: dice.seed } })
  return dice
}

test.each(rounds)(
  'a long storm on one machine (%i)',
  async (round) => {
    const dice = await begin({ portals: 2, portal: { eventDelayMs: [0, 2000] } }, `long storm ${round}`)
    await weatherStorm(setting, dice, { count: 200 })
  },
  600_000,
)

test.each(rounds)(
  'a storm over three processes and four portals on PostgreSQL (%i)',
  async (round) => {
    const options = {
      postgres: true,
      processes: [{}, {}, {}],
      portals: 4,
      portal: { eventDelayMs: [0, 1000] as [number, number] },
    }
    const dice = await begin(options, `storm on PostgreSQL ${round}`)
    await weatherStorm(setting, dice, { count: 240 })
    for (const one of setting.processes) expect(one.isRunning(), one.output.join('').slice(-2000)).toBe(true)
  },
  600_000,
)

test.each(rounds)(
  "a storm at the portal's limits, which other applications use too (%i)",
  async (round) => {
    const dice = await begin(
      { portal: { limits: { burst: 20, perSecond: 2, noise: 1 } } },
      `storm at the limits ${round}`,
    )
    await weatherStorm(setting, dice, { count: 100 })
  },
  600_000,
)
