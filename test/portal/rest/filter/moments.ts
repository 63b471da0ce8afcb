const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** A point in time as a filter gives it. `zoned`: with an offset of its own. */
export interface Moment {
  at: Date
  zoned: boolean
}

/** Reads an ISO time; without an offset it is read from a clock that is so many minutes east of UTC. Null when it is no time. */
export function readMoment(value: unknown, clockMinutes: number): Moment | null {
  const parts = typeof value === 'string' ? ISO.exec(value.trim()) : null
  if (!parts) return null
  const [, day = '', time = '00:00', seconds = ':00', offset] = parts
  const asUtc = Date.parse(`${day}T${time}${seconds}Z`)
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 10) !== day) return null
  const minutes = offset === undefined ? clockMinutes : minutesOf(offset)
  return { at: new Date(asUtc - minutes * 60_000), zoned: offset !== undefined }
}

function minutesOf(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return offset.startsWith('-') ? -minutes : minutes
}
