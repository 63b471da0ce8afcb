/** Pages have 50 rows, and lists without pages some more; longer ones are made to keep whoever reads them busy. */
const MAX_ENTRIES = 1000

/**
 * A list as PHP writes it: one whose keys are not 0, 1, 2 … comes as a map with numbers for keys, and an empty one may be either. Null:
 * it is no list.
 */
export function phpList(value: unknown): unknown[] | null {
  const list = listOf(value)
  return list !== null && list.length > MAX_ENTRIES ? null : list
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return null
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : null
}
