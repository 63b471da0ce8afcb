/** PHP has one kind of array: with the keys 0, 1, 2… in their order it is a list, and an empty one is written `[]`. */
export function phpArray(entries: [string, unknown][]): Record<string, unknown> | unknown[] {
  const isList = entries.every(([key], index) => key === String(index))
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

/** `isset($array[$key])`: what stands there, or undefined for nothing and for null. A key on a text picks one of its bytes. */
export function at(value: unknown, key: string): unknown {
  if (typeof value === 'string') return byteOf(value, key)
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(key) ? (value[Number(key)] ?? undefined) : undefined
  return Object.hasOwn(value, key) ? ((value as Record<string, unknown>)[key] ?? undefined) : undefined
}

function byteOf(text: string, key: string): string | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+[ \t\n\v\f\r]*$/.test(key)) return undefined
  const byte = Buffer.from(text, 'utf8').at(Number(key))
  return byte === undefined ? undefined : Buffer.from([byte]).toString('utf8')
}
