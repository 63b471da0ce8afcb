/** `2026-08-29T09:00:05+02:00`: ISO 8601 in the portal's time zone, whole seconds, as the portal writes it. */
export function isoWithOffset(date: Date, offsetMinutes: number): string {
  const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const sign = offsetMinutes < 0 ? '-' : '+'
  const minutes = Math.abs(offsetMinutes)
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

export function secondsLater(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
