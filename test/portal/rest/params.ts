import { refuse } from './error.ts'

export type Params = Record<string, unknown>

/** A parameter of a legacy method, whose names are read in any case (`FILTER`, `filter`). */
export function legacyParam(params: Params, name: string): unknown {
  const found = Object.keys(params).find((key) => key.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : params[found]
}

/** A whole number: as a number or as digits, which is how urlencoded parameters come. */
export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (typeof value === 'string' && /^-?\d+$/.test(value.trim())) return Number(value)
  return undefined
}

/** A required id of a universal method: error 100 when it is absent, a list or no number (platform.md 5.1, 5.6). */
export function requiredId(params: Params, name: string): number {
  if (params[name] === undefined || params[name] === null) throw refuse.missing(name)
  const id = toInteger(params[name])
  if (id === undefined) throw refuse.wrongType(name, params[name])
  return id
}

/** A required id of a legacy method: 0 or less, no number and absence are alike. */
export function legacyId(params: Params, name = 'id'): number | undefined {
  const id = toInteger(legacyParam(params, name))
  return id !== undefined && id > 0 ? id : undefined
}

export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A required text: error 100 when it is absent or empty. */
export function requiredText(params: Params, name: string): string {
  const value = text(params[name])
  if (value === '') throw refuse.missing(name)
  return value
}
