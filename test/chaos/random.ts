import { seededRandom } from '../portal/world/random.ts'

/** One run's dice: the same seed gives the same acts, kills and faults. */
export type Dice = {
  seed: number
  /** 0 … below `count`. */
  below(count: number): number
  oneOf<T>(list: readonly T[]): T
  between(from: number, to: number): number
}

/** CHAOS_SEED repeats a run; else the time is the seed. It is printed, so that a failure can be repeated. */
export function throwDice(what: string): Dice {
  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000)
  process.stdout.write(`${what}: CHAOS_SEED=${seed}\n`)
  const random = seededRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  return {
    seed,
    below,
    oneOf: (list) => {
      const one = list[below(list.length)]
      if (one === undefined) throw new Error('Nothing to choose from')
      return one
    },
    between: (from, to) => from + below(to - from + 1),
  }
}
