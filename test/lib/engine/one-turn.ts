import { setTimeout as sleep } from 'node:timers/promises'
import { acquireLease, type Lease, releaseLease } from '../../../lib/store/leases.ts'
import type { Rig } from '../../rig.ts'

/**
 * What `act` sets off is done in one turn: as long as its events come in, the portal seems to be another process's. `before` runs when all have
 * come. Resolves when nothing is left to do.
 */
export async function inOneTurn<T>(rig: Rig, act: () => T, before: (acted: T) => void = () => {}): Promise<T> {
  const { db, worker } = rig.stagecue
  const lease = await leaseOf(rig)
  const acted = act()
  await rig.portal.idle()
  before(acted)
  await releaseLease(db, lease)
  worker.wake(lease.portal)
  await rig.settled()
  return acted
}

async function leaseOf({ stagecue: { db }, portal: { memberId } }: Rig): Promise<Lease> {
  for (;;) {
    const now = new Date()
    const until = new Date(now.getTime() + 60_000)
    const lease = await acquireLease(db, { portal: memberId, owner: 'a test', now, until })
    if (lease) return lease
    await sleep(10)
  }
}
