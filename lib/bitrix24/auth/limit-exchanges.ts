import type { Priority } from '../client/rest.ts'
import { createCounter } from '../counter.ts'
import { RateLimitError } from '../errors/errors.ts'

/**
 * Exchanges a minute in this process that are under way or came to nothing, over all who claim to be a portal: each shows the OAuth
 * server our secret, and it refuses applications that ask too often. Events may use a part only, so that people who install the app
 * are not kept waiting by what strangers post.
 */
const perMinute = { all: 30, background: 20 }

/** Runs an exchange and counts it unless it succeeds. Throws `RateLimitError` when too many did not in this minute. */
export type LimitExchanges = <T>(priority: Priority, exchange: () => Promise<T>) => Promise<T>

export function limitExchanges(clock: () => Date): LimitExchanges {
  const limit = (most: number) => createCounter({ most, spanMs: 60_000, keys: 1 }, clock)
  const [ofAll, ofBackground] = [limit(perMinute.all), limit(perMinute.background)]
  return async (priority, exchange) => {
    const counters = priority === 'work' ? [ofAll, ofBackground] : [ofAll]
    const wait = Math.max(...counters.map((counter) => counter.waitFor('')))
    if (wait > 0) {
      const facts = { code: 'EXCHANGE_BUDGET', text: 'too many who are not known claim to be a portal' }
      throw new RateLimitError(facts, new Date(clock().getTime() + wait))
    }
    for (const counter of counters) counter.count('')
    const exchanged = await exchange()
    for (const counter of counters) counter.refund('')
    return exchanged
  }
}
