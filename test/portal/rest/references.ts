import type { Params } from './params.ts'

/** `$result[a][0][ID]`: a place in the results of earlier commands of the batch (platform.md 5.14). */
const REFERENCE = /\$result((?:\[[^\]]+\])+)/g

/**
 * Puts the results of earlier commands into the parameters of the next one. A parameter that is a reference and nothing
 * else takes the value as it is; inside other text it becomes text. What leads nowhere becomes empty or stays as written.
 */
export function resolveReferences(params: Params, results: Params, unresolved: 'empty' | 'literal'): Params {
  return mapValues(params, (text) => {
    const whole = text.match(/^\$result((?:\[[^\]]+\])+)$/)
    if (whole?.[1]) return lookUp(results, whole[1]) ?? (unresolved === 'empty' ? '' : text)
    return text.replace(REFERENCE, (written: string, path: string) => {
      const value = lookUp(results, path)
      return value === undefined ? (unresolved === 'empty' ? '' : written) : String(value)
    })
  }) as Params
}

function lookUp(results: Params, path: string): unknown {
  let value: unknown = results
  for (const [, key] of path.matchAll(/\[([^\]]+)\]/g)) {
    if (typeof value !== 'object' || value === null || !key || !Object.hasOwn(value, key)) return undefined
    value = (value as Params)[key]
  }
  return value ?? undefined
}

function mapValues(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return value.includes('$result') ? change(value) : value
  if (Array.isArray(value)) return value.map((one) => mapValues(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapValues(one, change)]))
}
