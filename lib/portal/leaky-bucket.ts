import type { Lane } from './types.ts'

/** Requests that count against a portal, by lane. */
export type Level = Readonly<Record<Lane, number>>

/** Bitrix24's bucket: 50 requests at once, then 2 a second (`platform.md` 6), divided between the lanes (`design.md` 3). */
export const burst: Level = { work: 40, page: 10 }
export const drainPerSecond = 2

/** The level after so many requests have drained: half from each lane while both have some, so that neither starves the other. */
export function drained(level: Level, requests: number): Level {
  const each = Math.min(requests / 2, level.work, level.page)
  const rest = requests - 2 * each
  return { work: Math.max(0, level.work - each - rest), page: Math.max(0, level.page - each - rest) }
}

/** Seconds until the lane has room for one request, at that pace, if nobody else asks. */
export function secondsUntilRoom(level: Level, lane: Lane, perSecond: number): number {
  const excess = level[lane] + 1 - burst[lane]
  if (excess <= 0) return 0
  const other = level[lane === 'work' ? 'page' : 'work']
  // Half the pace is ours until the other lane is empty, then all of it.
  return Math.min(2 * excess, excess + other) / perSecond
}
