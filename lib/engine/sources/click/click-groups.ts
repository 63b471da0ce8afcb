import type { HeldClick } from './held-click.ts'

/** Clicks that count as one: a person's each for itself, those of machines together. */
export type ClickGroup<T extends HeldClick> = Readonly<{ clicks: readonly [T, ...T[]]; machine: boolean }>

/**
 * Judges the clicks on the links of one item that are held together (`triggers.md`, "Machines click too"): known scanners, HEAD requests
 * and what follows them from any address, and several different links within the time of holding are machines'. `holdMs`: that time.
 */
export function groupClicks<T extends HeldClick>(held: readonly T[], holdMs: number): ClickGroup<T>[] {
  const inOrder = [...held].sort((a, b) => a.at.localeCompare(b.at))
  const isMachine = (click: T) =>
    click.scanner || inOrder.some((other) => isNear(click, other, holdMs) && isSuspicious(click, other))
  const [first, ...others] = inOrder.filter(isMachine)
  const persons = inOrder.filter((click) => !isMachine(click))
  return [
    ...(first ? [{ clicks: [first, ...others] as const, machine: true }] : []),
    ...persons.map((click) => ({ clicks: [click] as const, machine: false })),
  ]
}

function isNear(one: HeldClick, other: HeldClick, holdMs: number): boolean {
  return Math.abs(Date.parse(one.at) - Date.parse(other.at)) <= holdMs
}

/** A gateway looks from one of its addresses and follows from another. True of the HEAD request itself, too. */
function isSuspicious(click: HeldClick, other: HeldClick): boolean {
  return other.link !== click.link || (other.head && other.at <= click.at)
}
