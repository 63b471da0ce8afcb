/** A duration as people write it: whole minutes and whole seconds, as text. */
export type WrittenDuration = { minutes: string; seconds: string }

/** Seconds as minutes and seconds; what is no whole number of seconds stays in the field of seconds, to be put right. */
export function written(value: unknown): WrittenDuration {
  if (value === null || value === undefined || value === '') return { minutes: '', seconds: '' }
  if (!isWhole(value)) return { minutes: '', seconds: String(value) }
  const seconds = Number(value)
  return seconds < 60
    ? { minutes: '', seconds: String(seconds) }
    : { minutes: String(Math.floor(seconds / 60)), seconds: String(seconds % 60) }
}

/** Seconds; null where nothing was written; what is no whole number as it was written, so that nothing is rounded in silence. */
export function secondsOf({ minutes, seconds }: WrittenDuration): number | string | null {
  const parts = [minutes.trim(), seconds.trim()]
  const wrong = parts.find((part) => part !== '' && !isWhole(part))
  if (wrong !== undefined) return wrong
  if (parts.every((part) => part === '')) return null
  return Number(parts[0]) * 60 + Number(parts[1])
}

/** A whole number that is not negative, written with digits alone. */
export function isWhole(value: unknown): boolean {
  return /^\d{1,9}$/.test(String(value))
}
