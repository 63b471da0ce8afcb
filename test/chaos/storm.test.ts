import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, test } from 'vitest'
import type { Portal } from '../portal/index.ts'
import { type Act, act, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import { type Dice, throwDice } from './random.ts'
import { type Setting, startSetting } from './setting.ts'

/** `npm run test:chaos` makes more of it. */
const rounds = Number(process.env.CHAOS_ROUNDS ?? 1)
const actsOfRound = 60

let setting: Setting
afterEach(() => setting.close())

test.each(Array.from({ length: rounds }, (_, round) => round + 1))(
  'a storm in which events are lost, doubled and shuffled, the portal fails and the process is killed (%i)',
  async (round) => {
    const dice = throwDice(`storm ${round}`)
    setting = await startSetting({ portal: { eventDelayMs: [0, 500], seed: dice.seed } })
    const [portal] = setting.portals
    const [app] = setting.processes
    if (!portal || !app) throw new Error('Nothing was started')
    Object.assign(portal.switches, { lostDelivery: 20, duplicateDelivery: 20 })
    const deals = someDeals(portal, 15)
    const acts: Act[] = []
    for (let index = 0; index < actsOfRound; index++) {
      acts.push(act(portal, deals, dice))
      if (index % 6 === 5) upset(portal, dice)
      if (index % 20 === 19) {
        await sleep(dice.between(0, 1500))
        await app.kill()
        await app.start()
      }
      await sleep(dice.between(0, 60))
    }
    calm(portal)
    await untilWorkedOff(setting, acts)
    await expectNothingLostNothingTwice(setting, acts)
  },
  180_000,
)

const methods = ['crm.activity.list', 'crm.item.update', 'crm.item.list', 'crm.stagehistory.list', 'event.get']

/** Something goes wrong with the portal's answers. */
function upset(portal: Portal, dice: Dice): void {
  const method = dice.oneOf(methods)
  const when = dice.oneOf(['before', 'after'] as const)
  const limited = { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' }
  const upsets = [
    () => portal.faults.next({ method, kind: dice.oneOf(['html', 'cut', 'reset'] as const), when }),
    () => portal.faults.next({ method, kind: 'status', status: 503, body: limited }),
    () => Object.assign(portal.faults, { slowMs: dice.between(50, 300) }),
    () => setDown(portal, dice.between(200, 1500)),
  ]
  dice.oneOf(upsets)()
}

function setDown({ faults }: Portal, ms: number): void {
  faults.down = true
  setTimeout(() => Object.assign(faults, { down: false }), ms)
}

function calm({ faults, switches }: Portal): void {
  faults.waiting.splice(0)
  Object.assign(faults, { down: false, slowMs: 0 })
  Object.assign(switches, { lostDelivery: 0, duplicateDelivery: 0 })
}
