import { setTimeout as sleep } from 'node:timers/promises'
import { type Act, act, someDeals } from './acts.ts'
import { throwDice } from './random.ts'
import type { Setting } from './setting.ts'

/** Something happens in every portal, again and again, until `isOver`. */
export async function keepActing({ portals }: Setting, acts: Act[], isOver: () => boolean): Promise<void> {
  const dice = throwDice('load')
  const deals = new Map(portals.map((portal) => [portal, someDeals(portal, 10)]))
  while (!isOver()) {
    for (const portal of portals) acts.push(act(portal, deals.get(portal) ?? [], dice))
    await sleep(100)
  }
}
