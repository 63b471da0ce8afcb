import type { Priority } from '../client/rest.ts'

/** Requests that count against a portal, by lane. */
export type Level = Readonly<Record<Priority, number>>

/** Requests at once, divided between the lanes (`design.md` 3), and how many drain in a second (`platform.md` 6). */
export type Bucket = Readonly<{ burst: Level; perSecond: number }>

/** What a portal bears: 50 requests and 2 a second, on the plan Enterprise 250 and 5. */
export const buckets = {
  usual: { burst: { work: 40, page: 10 }, perSecond: 2 },
  large: { burst: { work: 200, page: 50 }, perSecond: 5 },
} as const satisfies Record<string, Bucket>

export type BucketSize = keyof typeof buckets

/** The level after so many requests have drained: half from each lane while both have some, so that neither starves the other. */
export function drained(level: Level, requests: number): Level {
  const each = Math.min(requests / 2, level.work, level.page)
  const rest = requests - 2 * each
  return { work: Math.max(0, level.work - each - rest), page: Math.max(0, level.page - each - rest) }
}

/** What is not lent of the room that work leaves idle, so that an event that comes then finds some. */
const leftForBackground = 4

/** Seconds until the lane has room for one request, at that pace, if nobody else asks. */
export function secondsUntilRoom({ burst }: Bucket, level: Level, priority: Priority, perSecond: number): number {
  const excess = level[priority] + 1 - burst[priority]
  const excessOfAll = level.work + level.page + 1 - brimOf(burst)
  const other = level[priority === 'work' ? 'page' : 'work']
  // Half the pace is the lane's own until the other one is empty, then all of it.
  const own = excess <= 0 ? 0 : Math.min(2 * excess, excess + other)
  return Math.max(0, own, excessOfAll) / perSecond
}

/** Seconds until work has room to lend for one request, while none of it waits. */
export function secondsUntilLoan({ burst }: Bucket, level: Level, perSecond: number): number {
  const excess = level.work + 1 - (burst.work - leftForBackground)
  return Math.max(0, excess, level.work + level.page + 1 - brimOf(burst)) / perSecond
}

/**
 * Both lanes together. The portal's bucket begins to drain only when our requests reach it, so at the brim it is a little fuller than
 * ours: two requests for a second on the way.
 */
function brimOf(burst: Level): number {
  return burst.work + burst.page - 2
}
