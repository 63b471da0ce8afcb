import type { PortalState } from '../../state.ts'
import type { Clock } from './item-filter.ts'

/** The caller's clock, which the switch `readerZoneOffset` sets apart from the server's (platform.md 5.6). */
export function callerClock({ world, switches }: PortalState): Clock {
  const aheadMinutes = switches.readerZoneOffset * 60
  return { minutes: world.offsetMinutes + aheadMinutes, aheadMs: aheadMinutes * 60_000 }
}
