import { setTimeout as sleep } from 'node:timers/promises'
import { type Act, act, someDeals } from './acts.ts'
import { throwDice } from './random.ts'
import type { Setting } from './setting.ts'

/** So many things may happen in a portal before the events of the first of them are answered. */
const AHEAD = 5

/**
 * How often something happens, in all portals together: five a second let processes have several things under way at any moment, and more would
 * only take the processor's time. Milliseconds.
 */
const EVERY_MS = 200

/**
 * Something happens in every portal, again and again, until `isOver`; every now and then the portal's events have to be answered first. So a machine
 * that is slow for a while has as much to do as it can, and not ever more.
 */
export async function keepActing({ portals }: Setting, acts: Act[], isOver: () => boolean): Promise<void> {
  const dice = throwDice('load')
  await Promise.all(
    portals.map(async (portal) => {
      const deals = someDeals(portal, 10)
      while (!isOver()) {
        for (let ahead = 0; ahead < AHEAD && !isOver(); ahead++) {
          acts.push(act(portal, deals, dice))
          await sleep(EVERY_MS * portals.length)
        }
        await portal.idle()
      }
    }),
  )
}
