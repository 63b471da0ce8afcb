import { boundedCache } from '../lib/bounded-cache.ts'
import type { Services } from '../lib/services.ts'
import { recordReceivedEvent } from '../lib/store/event-log.ts'

/** How exactly the last time of an event is remembered, milliseconds: what comes often must not write with each. */
const every = 60_000

/** Portals and events whose last time is known here. */
const maxRecorded = 10_000

/** Remembers which events portals send. It holds nobody up and never fails: the status page alone reads it. */
export function createEventRecorder({ db, clock, log }: Pick<Services, 'db' | 'clock' | 'log'>) {
  const noted = boundedCache<number>(maxRecorded)
  return (portal: string, event: string): void => {
    const now = clock()
    const key = `${portal}/${event}`
    if (now.getTime() - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < every) return
    noted.set(key, now.getTime())
    recordReceivedEvent(db, portal, event, now).catch((error: Error) => {
      log.warn({ portal, error: error.name }, 'The last time of an event could not be stored')
    })
  }
}
