/** Clocks of portal and server differ by so much, and portals write whole seconds; milliseconds. */
export const GRACE_MS = 5000

/**
 * Is that moment still to come? One that lies further ahead than it can, `most` milliseconds, was noted by a clock that has been put back since: nobody
 * waits for it.
 */
export function isAhead(moment: Date | number, now: Date, most: number): boolean {
  const ahead = Number(moment) - now.getTime()
  return ahead > 0 && ahead <= most
}

/** A moment in whole seconds since 1970, as portals write them. */
export function wholeSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}

/** A moment of the portal, in whatever zone it was written, as ISO 8601 UTC. */
export function utc(time: string): string {
  return new Date(time).toISOString()
}
