/** `(int) $value`: a text is its leading number, else 0; a list is 1, an empty one 0. Beyond 64 bits it stops at the end. */
export function toInt(value: unknown): number {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? within(Math.trunc(value)) : 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0 ? 1 : 0
  const leading = /^[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/i.exec(String(value ?? ''))
  return leading ? within(Math.trunc(Number(leading[1]))) : 0
}

/** `-0` is 0, as PHP has no other whole zero. */
function within(value: number): number {
  return Math.max(-(2 ** 63), Math.min(2 ** 63 - 1, value)) + 0
}
