import { at } from '../php/array.ts'

/** What earlier commands of a batch left; a reference names one of these maps. */
export interface BatchState {
  result: unknown
  error: unknown
  total: unknown
  next: unknown
  time: unknown
}

/** `$result[a][0][ID]`, up to the next blank. Names go on until the first bracket: `$results[a]` is `$result[a]`. */
const REFERENCE = /\$(result|error|total|next|time)[^ \t\n\v\f\r]*/gi
const KEY = /\[([^\]]+)\]/g

/**
 * Puts what earlier commands left into the parameters of the next one (`platform.md` 5.14). A parameter that is a reference and nothing
 * else takes the value with its type; inside other text only texts and numbers are put in, everything else stays as written.
 */
export function resolveReferences<T>(params: T, state: BatchState): T
export function resolveReferences(value: unknown, state: BatchState): unknown {
  if (typeof value === 'string') return resolveText(value, state)
  if (Array.isArray(value)) return value.map((one) => resolveReferences(one, state))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolveReferences(one, state)]))
}

function resolveText(text: string, state: BatchState): unknown {
  let resolved = text
  for (const [written, name = ''] of text.matchAll(REFERENCE)) {
    const keys = [...written.matchAll(KEY)].flatMap(([, key]) => key ?? [])
    if (keys.length === 0) continue
    const value = walk(at(state, name), keys)
    if (written === text) return value
    if (typeof value === 'string' || typeof value === 'number')
      resolved = resolved.replaceAll(written, () => String(value))
  }
  return resolved
}

/** As far as it goes: what was reached when a key is missing is the value. Other spellings of a map's name lead to null. */
function walk(start: unknown, keys: string[]): unknown {
  let value = start ?? null
  for (const key of keys) {
    const next = at(value, key)
    if (next === undefined) return value
    value = next
  }
  return value
}
