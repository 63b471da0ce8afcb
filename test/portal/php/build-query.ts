/**
 * Writes data as PHP's `http_build_query` does, which is how events are sent (`platform.md` 3.3): null and what holds nothing is left
 * out, true is 1, false 0, lists have their indexes.
 */
export function buildQuery(data: object): string {
  return pairs(data, null).join('&')
}

function pairs(data: object, prefix: string | null): string[] {
  return Object.entries(data).flatMap(([key, value]: [string, unknown]) => {
    const name = prefix === null ? urlEncode(key) : `${prefix}%5B${urlEncode(key)}%5D`
    if (typeof value === 'object' && value !== null) return pairs(value, name)
    return value === null || value === undefined ? [] : [`${name}=${urlEncode(scalar(value))}`]
  })
}

function scalar(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'number' ? numberText(value) : String(value)
}

/** A float of 17 digits and more has an exponent (`1.0E+20`); whole numbers that fit 64 bits have none. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-4 && size < 1e17) || (Number.isInteger(value) && size < 2 ** 63)) return String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent}`
}

/** Letters, digits, `-`, `_` and `.` stay, a blank is `+`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+')
}
