import { setTimeout as sleep } from 'node:timers/promises'
import { type Act, act, someDeals } from './acts.ts'
import { throwDice } from './random.ts'
import type { Setting } from './setting.ts'

/**
 * Something happens in every portal, again and again, until `isOver`: the next thing once the portal's events of the last one are answered. So a
 * machine that is slow for a while has as much to do as it can, and not ever more.
 */
export async function keepActing({ portals }: Setting, acts: Act[], isOver: () => boolean): Promise<void> {
  const dice = throwDice('load')
  await Promise.all(
    portals.map(async (portal) => {
      const deals = someDeals(portal, 10)
      while (!isOver()) {
        acts.push(act(portal, deals, dice))
        await Promise.all([portal.idle(), sleep(100)])
      }
    }),
  )
}
