/** A map as PHP writes it: an empty one may be `[]`, and one with numbers for keys a list. What is no map has nothing in it. */
export function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** Rows of a list, which PHP may write as a map, or as `[]` when it is empty. What is no row is left out. */
export function rowsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Object.values(mapOf(value)).filter(
    (row): row is Record<string, unknown> => typeof row === 'object' && row !== null,
  )
}
