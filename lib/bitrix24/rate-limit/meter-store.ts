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

/** What this process has read or written last is tried first for so long, milliseconds: after that clocks may have been set. */
const TRUSTED_MS = 10_000

/** A meter as it stands in the database, whose clock is so many milliseconds ahead of ours. */
type Kept = { version: number | null; meter: string | null; ahead: number }

/**
 * In the database (PostgreSQL), for all processes together: Bitrix24 counts what comes from one address, and behind a balancer pages are
 * served by all, and work by one after the other. A change is written over the version that it was made of; who comes second begins anew with what
 * is there now, and so does who would have to wait by what he remembers. Times are by the database's clock. Throws when the database cannot be
 * asked.
 */
export function sharedMeter(db: Db, portal: string, clock: () => Date): MeterStore {
  const here = localMeter(clock)
  let seen = here.seen()
  let last: { kept: Kept; readAt: number } | null = null

  const read = async (): Promise<Kept | null> => {
    const row = await findBudget(db, portal)
    const now = clock().getTime()
    const kept = row && { version: row.version, meter: row.meter, ahead: row.now - now }
    last = kept && { kept, readAt: now }
    return kept
  }
  const remembered = (): Kept | null => {
    const age = last === null ? Number.POSITIVE_INFINITY : clock().getTime() - last.readAt
    return last !== null && age >= 0 && age < TRUSTED_MS ? last.kept : null
  }
  return {
    seen: () => seen,
    async change(change) {
      for (let known = remembered(); ; known = null) {
        const kept = known ?? (await read())
        // Not known yet: it is being proven, and nobody else asks it.
        if (kept === null) return here.change(change)
        const { version, ahead } = kept
        const now = clock().getTime()
        const meter = advanceTo(kept.meter === null ? emptyMeter(now) : shiftClock(JSON.parse(kept.meter), -ahead), now)
        const [next, given] = change(meter)
        if (next === null && known !== null) continue
        const text = next && JSON.stringify(shiftClock(next, ahead))
        if (text !== null && !(await storeBudget(db, portal, version, text))) continue
        if (text !== null && last !== null)
          last = { ...last, kept: { version: (version ?? 0) + 1, meter: text, ahead } }
        seen = next ?? meter
        return given
      }
    },
  }
}
