import { SWITCH_NAMES, SWITCHES } from '../portal/switches.ts'
import { noticing } from './noticed-by.ts'

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

/**
 * What CI runs on a day (UTC): a position, and one of the test files that notice it. Every position comes up in its turn, the defaults
 * never, as the suite itself runs at them; after each round it is the next file's turn.
 */
export function sampleOfDay(day: Date): { position: string; files: readonly string[] } {
  const others = everyPosition().slice(1)
  const number = Math.floor(day.getTime() / 86_400_000)
  const round = Math.floor(number / others.length)
  const position = others[number % others.length] ?? ''
  const files = noticing(position)
  return { position, files: files.slice(round % files.length).slice(0, 1) }
}
