import { boundedCache } from '../bounded-cache.ts'

/** How often something may happen to one key, and of how many keys is remembered that it did: who came longest ago is forgotten. */
export type Limit = Readonly<{ most: number; spanMs: number; keys: number }>

/** Counts by key. Memory is bounded by the number of keys, time by the span. */
export type Counter = Readonly<{
  /** Milliseconds until the key has room again; 0: it has. */
  waitFor: (key: string) => number
  count: (key: string) => void
  /** What was counted turned out well. */
  refund: (key: string) => void
}>

/** A key's span begins with the first that is counted, and what was counted in it is forgotten with its end. */
export function createCounter({ most, spanMs, keys }: Limit, clock: () => Date): Counter {
  const spans = boundedCache<{ count: number; endsAt: number }>(keys)
  const spanOf = (key: string) => {
    const span = spans.get(key)
    return span !== undefined && span.endsAt > clock().getTime() ? span : null
  }
  return {
    waitFor(key) {
      const span = spanOf(key)
      return span === null || span.count < most ? 0 : span.endsAt - clock().getTime()
    },
    count(key) {
      const span = spanOf(key)
      if (span === null) spans.set(key, { count: 1, endsAt: clock().getTime() + spanMs })
      else span.count += 1
    },
    refund(key) {
      const span = spanOf(key)
      if (span !== null && span.count > 0) span.count -= 1
    },
  }
}
