/**
 * A list as PHP writes it: one whose keys are not 0, 1, 2 … comes as a map with numbers for keys, and an empty one may be either. Null:
 * it is no list.
 */
export function phpList(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return null
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : null
}
