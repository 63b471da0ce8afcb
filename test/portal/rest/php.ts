/** PHP has one kind of array: an empty map is written `[]`, a map with the keys 0, 1, 2… is a list. */
export function phpMap(map: Record<string, unknown>): Record<string, unknown> | unknown[] {
  const keys = Object.keys(map)
  return keys.every((key, index) => key === String(index)) ? Object.values(map) : map
}

/** What a parameter holds where a map is wanted: a map, a list (as PHP sees it) or nothing. */
export function asMap(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null ? Object.values(value) : value === undefined ? [] : [value]
}

export function yesNo(value: boolean): 'Y' | 'N' {
  return value ? 'Y' : 'N'
}
