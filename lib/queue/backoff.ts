const LONGEST_SECONDS = 300

/** When to try again after so many failures: 1, 2, 4 … 300 seconds, each between half and one and a half of it. */
export function backoff(now: Date, attempts: number, random: () => number = Math.random): Date {
  const seconds = Math.min(LONGEST_SECONDS, 2 ** attempts)
  return new Date(now.getTime() + seconds * 1000 * (0.5 + random()))
}

/** Portals that are left alone: how often in a row this process has seen something fail there, and until when. */
export type OpenCircuits = Map<string, { count: number; until: Date }>

/** It failed again: the portal is left alone for longer than the last time, but no longer than after `longest` times. Until when. */
export function trip(pauses: OpenCircuits, portal: string, now: Date, longest: number): Date {
  const count = (pauses.get(portal)?.count ?? 0) + 1
  const until = backoff(now, Math.min(count - 1, longest))
  pauses.set(portal, { count, until })
  return until
}

/** Until when the portal is left alone; null: it is not, or not any more. */
export function openUntil(pauses: OpenCircuits, portal: string, now: Date): Date | null {
  const until = pauses.get(portal)?.until
  return until !== undefined && until > now ? until : null
}
