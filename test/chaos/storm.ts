import { setTimeout as sleep } from 'node:timers/promises'
import { type Portal, SEED } from '../portal/index.ts'
import { type Act, act, someDeals } from './acts.ts'
import { expectNothingLostNothingTwice, untilWorkedOff } from './properties.ts'
import type { Dice } from './random.ts'
import { openPatiently, type Setting } from './setting.ts'

/**
 * Acts in all portals while events are lost, doubled and shuffled, the portals fail in all ways and processes are killed; then checks
 * that nothing was lost and nothing happened twice. In a mild storm the portals always answer something, so that no pauses grow.
 */
export async function weatherStorm(
  setting: Setting,
  dice: Dice,
  { count, mild = false }: { count: number; mild?: boolean },
): Promise<void> {
  for (const { switches } of setting.portals) Object.assign(switches, { lostDelivery: 20, duplicateDelivery: 20 })
  const deals = new Map(setting.portals.map((portal) => [portal, someDeals(portal, 15)]))
  const acts: Act[] = []
  for (let index = 1; index <= count; index++) {
    const portal = dice.oneOf(setting.portals)
    acts.push(act(portal, deals.get(portal) ?? [], dice))
    if (index % 6 === 0) upset(portal, dice, mild)
    if (index % 20 === 0) await killOne(setting, dice)
    await sleep(dice.between(0, 60))
  }
  for (const portal of setting.portals) {
    calm(portal)
    // Who dies between a renewed pair and its storing has lost that access (`lost-refresh.test.ts`): people open Stagecue every day.
    for (const userId of [SEED.users.admin, SEED.users.sam]) await openPatiently(setting.balancer.url, portal, userId)
  }
  await untilWorkedOff(setting, acts, 120)
  await expectNothingLostNothingTwice(setting, acts)
}

async function killOne({ processes }: Setting, dice: Dice): Promise<void> {
  await sleep(dice.between(0, 1500))
  const app = dice.oneOf(processes)
  await app.kill()
  await app.start()
}

const methods = ['crm.activity.list', 'crm.item.update', 'crm.item.list', 'crm.stagehistory.list', 'crm.status.list']
const answers = ['html', 'cut'] as const
const limited = { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' }

/** Something goes wrong with the portal's answers. */
function upset(portal: Portal, dice: Dice, mild: boolean): void {
  const { faults, act } = portal
  const method = dice.oneOf(methods)
  const when = dice.oneOf(['before', 'after'] as const)
  const upsets = [
    () => faults.next({ method, kind: dice.oneOf(mild ? answers : [...answers, 'reset' as const]), when }),
    () => faults.next({ method, kind: 'status', status: 503, body: limited }),
    () => Object.assign(faults, { slowMs: dice.between(50, 300) }),
    () => portal.expireTokens(),
    () => void act.renamePortal(),
    ...(mild ? [] : [() => goDown(portal, dice.between(200, 1500))]),
  ]
  dice.oneOf(upsets)()
}

function goDown({ faults }: Portal, ms: number): void {
  faults.down = true
  setTimeout(() => Object.assign(faults, { down: false }), ms)
}

function calm({ faults, switches }: Portal): void {
  faults.waiting.splice(0)
  Object.assign(faults, { down: false, slowMs: 0 })
  Object.assign(switches, { lostDelivery: 0, duplicateDelivery: 0 })
}
