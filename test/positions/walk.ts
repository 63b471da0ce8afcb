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

/** The position of a day (UTC): each comes up in its turn, the defaults never, as the suite itself runs at them. */
export function positionOfDay(day: Date): string {
  const others = everyPosition().slice(1)
  return others[Math.floor(day.getTime() / 86_400_000) % others.length] ?? ''
}
