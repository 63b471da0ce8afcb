import { setTimeout as sleep } from 'node:timers/promises'
import { openSession } from '../test/api.ts'
import { type Portal, SEED } from '../test/portal/index.ts'
import { attacks, postEvent, type Target } from '../test/security/attacks.ts'
import { startMeasuredSetting, untilWorkedOff } from './measured-setting.ts'
import { median } from './median.ts'
import { progress, ratio, row } from './print.ts'
import { whileOpen } from './while-open.ts'

/** How long each attack goes on, and how often somebody else asks meanwhile, milliseconds. */
const ATTACK_MS = 8000
const ASK_EVERY_MS = 150
const OPEN_EVERY_MS = 400

/** Events of one tenant, as many as he can send. */
const flood = async (target: Target): Promise<void> => {
  const events = Array.from({ length: 50 }, () => ({ 'data[FIELDS][ID]': `${Math.ceil(Math.random() * 1e6)}` }))
  await Promise.all(events.map((fields) => postEvent(target, 'ONCRMACTIVITYUPDATE', fields)))
}

/**
 * What another tenant notices while the owner of one portal attacks: how long the process takes to say that it is well, and to open a
 * session, against the same without an attack in the same run. What is promised: half a second at most.
 */
export async function noisy(): Promise<void> {
  await whileOpen(
    startMeasuredSetting({ portals: 2, env: { NODE_OPTIONS: '--max-old-space-size=512' } }),
    (setting) => setting.close(),
    async (setting) => {
      const [hostile, other] = setting.portals
      if (!hostile || !other) throw new Error('There are no portals')
      const { url } = setting.balancer
      const target = { url, portal: hostile }
      row('meanwhile, of another tenant, ms', 'health', 'longest', 'session', 'longest', 'ratio')
      const alone = await measure('nobody attacks', url, other, () => sleep(100))
      for (const [name, attack] of Object.entries({ ...attacks, 'a flood of events': flood })) {
        await measure(name, url, other, () => attack(target), alone)
        hostile.faults.waiting.splice(0)
        await untilWorkedOff({ ...setting, portals: [other] }).catch(() => {})
      }
    },
  )
}

type Times = { health: number[]; session: number[] }

/** Attacks for a while; the ratio is of the middle waits for a session, with and without. */
async function measure(
  name: string,
  url: string,
  other: Portal,
  attack: () => Promise<void>,
  alone?: Times,
): Promise<Times> {
  progress(name)
  const until = performance.now() + ATTACK_MS
  const isOver = () => performance.now() > until
  const health = repeated(isOver, ASK_EVERY_MS, async () => {
    const answer = await fetch(`${url}/health`)
    if (answer.status !== 200 && answer.status !== 429) throw new Error(`Health is answered ${answer.status}`)
  })
  const session = repeated(isOver, OPEN_EVERY_MS, () => openSession(url, other, SEED.users.sam))
  while (!isOver()) await attack()
  const times = { health: await health, session: await session }
  const [healthMs, sessionMs] = [median(times.health), median(times.session)]
  const most = (values: number[]) => Math.round(Math.max(...values))
  const against = ratio(sessionMs, median(alone?.session ?? times.session))
  row(name, healthMs.toFixed(1), most(times.health), sessionMs.toFixed(1), most(times.session), against)
  return times
}

/** Does it again and again until it is over, with pauses; gives how long each took, milliseconds. */
async function repeated(isOver: () => boolean, pauseMs: number, act: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  while (!isOver()) {
    const begun = performance.now()
    await act()
    times.push(performance.now() - begun)
    await sleep(pauseMs)
  }
  return times
}
