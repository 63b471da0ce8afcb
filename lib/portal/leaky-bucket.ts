import type { Lane } from './types.ts'

/** Requests that count against a portal, by lane. */
export type Level = Readonly<Record<Lane, number>>

/** Bitrix24's bucket: 50 requests at once, then 2 a second (`platform.md` 6), divided between the lanes (`design.md` 3). */
export const burst: Level = { work: 40, page: 10 }
export const drainPerSecond = 2

/**
 * Both lanes together. The portal's bucket begins to drain only when our requests reach it, so at the brim it is a little fuller than
 * ours: two requests for a second on the way.
 */
const brim = burst.work + burst.page - 2

/** The level after so many requests have drained: half from each lane while both have some, so that neither starves the other. */
export function drained(level: Level, requests: number): Level {
  const each = Math.min(requests / 2, level.work, level.page)
  const rest = requests - 2 * each
  return { work: Math.max(0, level.work - each - rest), page: Math.max(0, level.page - each - rest) }
}

/** Seconds until the lane has room for one request, at that pace, if nobody else asks. */
export function secondsUntilRoom(level: Level, lane: Lane, perSecond: number): number {
  const excess = level[lane] + 1 - burst[lane]
  const excessOfAll = level.work + level.page + 1 - brim
  const other = level[lane === 'work' ? 'page' : 'work']
  // Half the pace is the lane's own until the other one is empty, then all of it.
  const own = excess <= 0 ? 0 : Math.min(2 * excess, excess + other)
  return Math.max(0, own, excessOfAll) / perSecond
}
