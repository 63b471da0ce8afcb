const LONGEST_SECONDS = 300

/** No pause is longer, milliseconds. */
export const MAX_BACKOFF_MS = LONGEST_SECONDS * 1500

/** When to try again after so many failures: 1, 2, 4 … 300 seconds, each between half and one and a half of it. */
export function backoff(now: Date, attempts: number, random: () => number = Math.random): Date {
  const seconds = Math.min(LONGEST_SECONDS, 2 ** attempts)
  return new Date(now.getTime() + seconds * 1000 * (0.5 + random()))
}
