import type { LRUCache } from 'lru-cache'
import { isAhead } from '../../domain/time.ts'
import type { PortalError } from '../errors/errors.ts'

/** Refreshes that failed here, by portal, user and pair: how often in a row, until when nobody asks again, and why. */
export type RefreshPauses = LRUCache<string, Readonly<{ failures: number; until: number; why: PortalError }>>

/** The longest pause, milliseconds. The first failure makes none, the second one second, and each further one doubles it. */
const maxPauseMs = 300_000

/** Why the OAuth server is not asked again yet; null: it may be asked. It refuses applications that ask too often. */
export function refreshHeld(pauses: RefreshPauses, pair: string, now: Date): PortalError | null {
  const last = pauses.get(pair)
  return last !== undefined && isAhead(last.until, now, maxPauseMs) ? last.why : null
}

export function recordFailedRefresh(pauses: RefreshPauses, pair: string, why: PortalError, now: Date): void {
  const failures = (pauses.get(pair)?.failures ?? 0) + 1
  const pause = failures === 1 ? 0 : Math.min(maxPauseMs, 1000 * 2 ** (failures - 2))
  pauses.set(pair, { failures, until: now.getTime() + pause, why })
}
