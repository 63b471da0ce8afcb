/**
 * The shortest of several tries, milliseconds: a busy machine makes a try longer, never shorter. One that is short enough is the last.
 */
export function bestOf(tries: number, enough: number, act: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let left = tries; left > 0 && best >= enough; left--) {
    const begun = performance.now()
    act()
    best = Math.min(best, performance.now() - begun)
  }
  return best
}
