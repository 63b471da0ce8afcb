/** So much of a shape is told: it is to be reported, not to be rebuilt. */
const MOST_KEYS = 20
const DEEPEST = 3
const MAX_CHARS = 400

/**
 * The shape of a value: keys and types, no values. Keys that are no names, as where a map is kept by numbers or words, are told by their
 * sort: they may be what somebody wrote.
 */
export function shapeOf(value: unknown): string {
  const shape = describe(value, DEEPEST)
  return shape.length > MAX_CHARS ? `${shape.slice(0, MAX_CHARS)}…` : shape
}

function describe(value: unknown, depth: number): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  if (typeof value !== 'object') return typeof value
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}'
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${describe(value[0], depth - 1)}]`
  const entries = Object.entries(value).map(([key, one]) => [nameOf(key), one] as const)
  const different = [...new Map(entries)].sort(([a], [b]) => a.localeCompare(b))
  const shown = different.slice(0, MOST_KEYS).map(([key, one]) => `${key}: ${describe(one, depth - 1)}`)
  return `{${[...shown, ...(different.length > MOST_KEYS ? ['…'] : [])].join(', ')}}`
}

function nameOf(key: string): string {
  if (/^\d+$/.test(key)) return '<number>'
  return /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(key) ? key : '<text>'
}
