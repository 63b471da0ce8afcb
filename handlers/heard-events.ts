import { boundedCache } from '../lib/bounded-cache.ts'
import type { Services } from '../lib/services.ts'
import { noteHeardEvent } from '../lib/store/event-log.ts'

/** How exactly the last time of an event is remembered, milliseconds: what comes often must not write with each. */
const every = 60_000

/** Portals and events whose last time is known here. */
const kept = 10_000

/** Remembers which events portals send. It holds nobody up and never fails: the status page alone reads it. */
export function createHearing({ db, clock, log }: Pick<Services, 'db' | 'clock' | 'log'>) {
  const noted = boundedCache<number>(kept)
  return (portal: string, event: string): void => {
    const now = clock()
    const key = `${portal}/${event}`
    if (now.getTime() - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < every) return
    noted.set(key, now.getTime())
    noteHeardEvent(db, portal, event, now).catch((error: Error) => {
      log.warn({ portal, error: error.name }, 'The last time of an event could not be stored')
    })
  }
}
