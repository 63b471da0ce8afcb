/** The clock is corrected by so much without anybody planning by it, milliseconds. */
const CORRECTION_MS = 1000

/** What was begun by the old time may write it for so long, milliseconds: a turn may wait for a portal's answer. */
const AFTERMATH_MS = 120_000

/**
 * Looks at the clock each time that it is called. Acts when the clock was put back since the last time, and at each look of the two minutes after it; an act that failed is
 * done the next time. `elapsed`: milliseconds by a clock that nobody sets.
 */
export function whenPutBack(
  clock: () => Date,
  act: (now: Date) => Promise<void>,
  elapsed: () => number = () => performance.now(),
): () => Promise<void> {
  let latest = clock()
  let actsUntil = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock()
    if (latest.getTime() - now.getTime() > CORRECTION_MS) actsUntil = elapsed() + AFTERMATH_MS
    latest = now
    if (elapsed() < actsUntil) await act(now)
  }
}
