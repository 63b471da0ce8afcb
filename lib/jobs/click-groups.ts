import type { HeldClick } from './held-click.ts'

/** A person does not follow two different links within a second. */
const BURST_MS = 1000

/** Clicks that count as one: a person's each for itself, those of machines together. */
export type ClickGroup<T extends HeldClick> = Readonly<{ clicks: readonly [T, ...T[]]; machine: boolean }>

/**
 * Judges the clicks on the links of one item that are held together (`triggers.md`, "Machines click too"): known scanners, HEAD requests
 * and what follows them from the same address while they are held, and bursts of different links are machines'.
 */
export function groupClicks<T extends HeldClick>(held: readonly T[]): ClickGroup<T>[] {
  const inOrder = [...held].sort((a, b) => a.at.localeCompare(b.at))
  const isMachine = (click: T) =>
    click.scanner || inOrder.some((other) => isBurst(click, other) || isHeadBefore(other, click))
  const [first, ...others] = inOrder.filter(isMachine)
  const persons = inOrder.filter((click) => !isMachine(click))
  return [
    ...(first ? [{ clicks: [first, ...others] as const, machine: true }] : []),
    ...persons.map((click) => ({ clicks: [click] as const, machine: false })),
  ]
}

function isBurst(one: HeldClick, other: HeldClick): boolean {
  return one.link !== other.link && Math.abs(Date.parse(one.at) - Date.parse(other.at)) <= BURST_MS
}

/** True of the HEAD request itself, too. */
function isHeadBefore(other: HeldClick, click: HeldClick): boolean {
  return other.head && other.address === click.address && other.at <= click.at
}
