/** Dates and numbers as the language writes them, times in the zone that is given (the browser's where none is known). */
export function createFormat(locale: string, timeZone?: string) {
  const zone = isZone(timeZone) ? { timeZone } : {}
  const moment = onFirstUse(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...zone }))
  const exact = onFirstUse(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', ...zone }))
  const date = onFirstUse(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }))
  const day = onFirstUse(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }))
  const number = onFirstUse(() => new Intl.NumberFormat(locale))
  const hours = onFirstUse(() => new Intl.NumberFormat(locale, { style: 'unit', unit: 'hour', unitDisplay: 'long' }))
  const unitLength = onFirstUse(() => unitLengthOf(locale))
  const list = onFirstUse(() => new Intl.ListFormat(locale, { type: 'conjunction' }))
  const either = onFirstUse(() => new Intl.ListFormat(locale, { type: 'disjunction' }))
  return {
    moment: (iso: string) => write(moment(), iso),
    /** With seconds and the name of the zone. */
    exactMoment: (iso: string) => write(exact(), iso),
    /** A day of the calendar, `2026-08-29`. */
    date: (iso: string) => write(date(), iso),
    /** A day of the UTC calendar, `2026-08-29`, without its year. */
    day: (iso: string) => write(day(), iso),
    number: (value: number) => number().format(value),
    /** So many hours, in words: “1 hour”, “24 hours”. */
    hours: (count: number) => hours().format(count),
    /** Whole seconds in the two largest units that they fill: “1 min 30 s”. */
    duration: (seconds: number) => writeDuration(locale, seconds, unitLength()),
    list: (texts: readonly string[]) => list().format(texts),
    /** One or the other: “Amount or Name”. */
    anyOf: (texts: readonly string[]) => either().format(texts),
  }
}

/** Made when it is asked for first, and kept: each of the language's rules takes the browser milliseconds to look up. */
function onFirstUse<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

export type Format = ReturnType<typeof createFormat>

const units = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

type UnitLength = 'short' | 'long'

/** Behind a unit that is cut short by a full stop a sentence would end twice. */
function unitLengthOf(locale: string): UnitLength {
  return writeUnit(locale, 'second', 'short', 1).endsWith('.') ? 'long' : 'short'
}

function writeUnit(locale: string, unit: string, unitDisplay: UnitLength, count: number): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(count)
}

function writeDuration(locale: string, seconds: number, length: UnitLength): string {
  let left = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    left -= count * size
    const isEmpty = count === 0 && !(unit === 'second' && parts.length === 0)
    if (isEmpty || parts.length === 2) continue
    parts.push(writeUnit(locale, unit, length, count))
  }
  return parts.join(' ')
}

function write(format: Intl.DateTimeFormat, iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : format.format(at)
}

function isZone(zone: string | undefined): zone is string {
  if (!zone) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
