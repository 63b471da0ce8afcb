import type { Priority } from '../client/rest.ts'
import { type BucketSize, buckets, drained, type Level, secondsUntilLoan, secondsUntilRoom } from './leaky-bucket.ts'

/** After 503: first pause, longest pause, and the quiet time that takes one step back, milliseconds; how often the pace halves. */
const backOff = { first: 1000, longest: 60_000, recovery: 30_000, halvings: 3 }

/** What is counted of one portal's requests. Times are milliseconds since 1970. */
export type Meter = Readonly<{
  level: Level
  drainedAt: number
  /** How many 503 in a row; each halves the pace and doubles the pause. */
  steps: number
  steppedAt: number
  blockedUntil: number
  /** Absent: usual. */
  size?: BucketSize
}>

export function emptyMeter(now: number): Meter {
  return { level: { work: 0, page: 0 }, drainedAt: now, steps: 0, steppedAt: now, blockedUntil: 0 }
}

/** What the portal bears, as far as is known. */
export function bucketOf({ size = 'usual' }: Meter) {
  return buckets[size]
}

/** Requests a second that are let through at present. */
export function paceOf(meter: Meter): number {
  return bucketOf(meter).perSecond / 2 ** Math.min(meter.steps, backOff.halvings)
}

/** Clocks of several processes differ by less, milliseconds. */
const SKEW_MS = 5000

/** The meter as it stands at that moment; where its clock has been put back since, as it stood then. */
export function advanceTo(then: Meter, now: number): Meter {
  const back = then.drainedAt - now
  const meter = back > SKEW_MS ? shiftClock(then, -back) : then
  const calmed = { ...meter }
  for (;;) {
    const quietFrom = Math.max(calmed.steppedAt, calmed.blockedUntil)
    if (calmed.steps === 0 || now - quietFrom < backOff.recovery) break
    calmed.steps -= 1
    calmed.steppedAt = quietFrom + backOff.recovery
  }
  const seconds = Math.max(0, now - meter.drainedAt) / 1000
  return { ...calmed, level: drained(meter.level, seconds * paceOf(calmed)), drainedAt: now }
}

/** Milliseconds until the lane may send, for a meter of now. */
export function waitFor(meter: Meter, priority: Priority): number {
  return waitMs(meter, secondsUntilRoom(bucketOf(meter), meter.level, priority, paceOf(meter)))
}

/** Milliseconds until work may lend its room for one request; it counts as work's then. */
export function waitForLoan(meter: Meter): number {
  return waitMs(meter, secondsUntilLoan(bucketOf(meter), meter.level, paceOf(meter)))
}

function waitMs(meter: Meter, room: number): number {
  const wait = Math.max(room * 1000, meter.blockedUntil - meter.drainedAt)
  // Rounding must not keep a waiter whose time has come.
  return wait > 1e-3 ? wait : 0
}

export function withRequest(meter: Meter, priority: Priority): Meter {
  return { ...meter, level: { ...meter.level, [priority]: meter.level[priority] + 1 } }
}

/** The portal answered 503 to a request sent at that moment: the bucket counts as full, and the pace slows. `random`: 0…1. */
export function withRefusal(meter: Meter, sentAt: Date, random: number): Meter {
  const full = { ...meter, level: bucketOf(meter).burst }
  // Requests that were under way when the last 503 came tell nothing new.
  if (meter.steps > 0 && sentAt.getTime() < meter.steppedAt) return full
  const pause = Math.min(backOff.longest, backOff.first * 2 ** meter.steps) * (0.75 + random / 2)
  const now = meter.drainedAt
  return { ...full, steps: meter.steps + 1, steppedAt: now, blockedUntil: now + pause }
}

/** The same meter by a clock that is so many milliseconds ahead. */
export function shiftClock(meter: Meter, ahead: number): Meter {
  const { drainedAt, steppedAt, blockedUntil } = meter
  return {
    ...meter,
    drainedAt: drainedAt + ahead,
    steppedAt: steppedAt + ahead,
    blockedUntil: blockedUntil === 0 ? 0 : blockedUntil + ahead,
  }
}
