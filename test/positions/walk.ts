import { SWITCH_NAMES, SWITCHES } from '../portal/switches.ts'

/** Every position that is no default, as `name=position`; before them, empty, all defaults. */
export function everyPosition(): string[] {
  const others = SWITCH_NAMES.flatMap((name) => SWITCHES[name].slice(1).map((position) => `${name}=${position}`))
  return ['', ...others]
}

/** What a position is called where people read of it. */
export function titleOf(position: string): string {
  return position || 'defaults'
}

/** Those whose title holds one of the words; all without words. */
export function chosen(positions: string[], words: string[]): string[] {
  return words.length === 0 ? positions : positions.filter((one) => words.some((word) => titleOf(one).includes(word)))
}

/** Into so many parts the tests of the kinds are cut for the sample: three files each, as a minute is all that it may take. */
export const PARTS = 8

/**
 * What CI runs on a day (UTC): a position and a part of the kinds' tests, as arguments of vitest. Every position comes up in its
 * turn, the defaults never, as the suite itself runs at them; after each round the parts have moved on by one.
 */
export function sampleOfDay(day: Date): { position: string; files: string[] } {
  const others = everyPosition().slice(1)
  const number = Math.floor(day.getTime() / 86_400_000)
  const round = Math.floor(number / others.length)
  const index = number % others.length
  const part = ((index + round) % PARTS) + 1
  return { position: others[index] ?? '', files: ['test/lib/triggers', `--shard=${part}/${PARTS}`] }
}
