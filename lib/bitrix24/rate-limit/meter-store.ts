import { findBudget, storeBudget } from '../../store/budgets.ts'
import type { Db } from '../../store/database.ts'
import { advanceTo, emptyMeter, type Meter, shiftClock } from './meter.ts'

/** Where a portal's meter is kept. */
export type MeterStore = Readonly<{
  /** As it was when it was last looked at here. */
  seen: () => Meter
  /**
   * Gives `change` the meter of now and keeps what it makes of it; nobody else's change comes between. `null`: it stays as it is. The
   * second part is what the caller gets.
   */
  change: <T>(change: (meter: Meter) => readonly [Meter | null, T]) => Promise<T>
}>

/** In this process, the only one that asks the portal. */
export function localMeter(clock: () => Date): MeterStore {
  let meter = emptyMeter(clock().getTime())
  return {
    seen: () => meter,
    async change(change) {
      const now = advanceTo(meter, clock().getTime())
      const [next, given] = change(now)
      meter = next ?? now
      return given
    },
  }
}

/**
 * In the database (PostgreSQL), for all processes together: Bitrix24 counts what comes from one address, and behind a balancer pages are
 * served by all, and work by one after the other. Who comes second to a change begins anew; times are by the database's clock.
 * Throws when the database cannot be asked.
 */
export function sharedMeter(db: Db, portal: string, clock: () => Date): MeterStore {
  const here = localMeter(clock)
  let seen = here.seen()
  return {
    seen: () => seen,
    async change(change) {
      for (;;) {
        const row = await findBudget(db, portal)
        const now = clock().getTime()
        // Not known yet: it is being proven, and nobody else asks it.
        if (row === null) return here.change(change)
        const ahead = row.now - now
        const kept = row.meter === null ? emptyMeter(now) : shiftClock(JSON.parse(row.meter), -ahead)
        const meter = advanceTo(kept, now)
        const [next, given] = change(meter)
        if (next !== null && !(await storeBudget(db, portal, row.version, JSON.stringify(shiftClock(next, ahead)))))
          continue
        seen = next ?? meter
        return given
      }
    },
  }
}
