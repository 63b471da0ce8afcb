import type { Store } from 'express-rate-limit'
import { boundedCache } from '../../lib/bounded-cache.ts'

/** Callers that one limit remembers: some megabytes at most. */
const mostCallers = 50_000

/** Counts for express-rate-limit in this process, in bounded memory: its own store holds whoever came in two minutes, however many. */
export function boundedStore(): Store {
  const spans = boundedCache<{ totalHits: number; resetTime: Date }>(mostCallers)
  let windowMs = 60_000
  return {
    localKeys: true,
    init(options) {
      windowMs = options.windowMs
    },
    increment(key) {
      const known = spans.get(key)
      const now = Date.now()
      const span =
        known !== undefined && known.resetTime.getTime() > now
          ? known
          : { totalHits: 0, resetTime: new Date(now + windowMs) }
      span.totalHits += 1
      spans.set(key, span)
      return { ...span }
    },
    decrement(key) {
      const span = spans.get(key)
      if (span !== undefined && span.totalHits > 0) span.totalHits -= 1
    },
    resetKey(key) {
      spans.set(key, { totalHits: 0, resetTime: new Date(0) })
    },
  }
}
