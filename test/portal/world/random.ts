/** A seeded source of numbers in [0, 1): the same seed gives the same shuffles, losses and doubles (mulberry32). `state`: where it stands. */
export type Random = (() => number) & { state: number }

export function seededRandom(seed: number): Random {
  const next = () => {
    const state = (random.state + 0x6d2b79f5) >>> 0
    random.state = state
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const random: Random = Object.assign(next, { state: seed >>> 0 })
  return random
}

export function between(random: Random, [from, to]: readonly [number, number]): number {
  return from + random() * (to - from)
}

/** True in `percent` of the cases. */
export function happens(random: Random, percent: number): boolean {
  return percent > 0 && random() * 100 < percent
}

/** Unguessable hexadecimal text, for tokens: not from the seed, so that portals never share one. */
export function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(length / 2)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, length)
}
