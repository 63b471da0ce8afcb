import { asMap } from './php.ts'

/** A row as the answer will show it; dates still as `Date`. */
export type Row = Record<string, unknown>

const OPERATORS = ['!=%', '!%=', '!@', '!=', '!%', '!', '>=', '<=', '><', '>', '<', '@', '=%', '%=', '=', '%'] as const
type Operator = (typeof OPERATORS)[number] | ''

/**
 * Does a row pass a filter with Bitrix24's prefixes (platform.md 5.1)? Keys that are numbers hold nested filters, `logic`
 * joins them by OR. Names the row does not have are ignored, as legacy lists do; universal lists refuse them before.
 */
export function passes(row: Row, filter: Record<string, unknown>): boolean {
  const { logic, ...conditions } = filter
  const results = Object.entries(conditions).map(([key, value]) => condition(row, key, value))
  return String(logic).toUpperCase() === 'OR' ? results.some(Boolean) : results.every(Boolean)
}

/** The names a filter asks for, without prefixes, nested ones too. */
export function namesIn(filter: Record<string, unknown>): string[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key === 'logic') return []
    return isNested(key) ? namesIn(asMap(value)) : [split(key).name]
  })
}

function condition(row: Row, key: string, wanted: unknown): boolean {
  if (isNested(key)) return passes(row, asMap(wanted))
  const { operator, name } = split(key)
  if (!(name in row)) return true
  const has = row[name]
  if (!Array.isArray(has)) return holds(operator, has, wanted)
  const test = (one: unknown) => holds(operator, one, wanted)
  return operator.startsWith('!') ? has.every(test) : has.some(test)
}

function isNested(key: string): boolean {
  return /^\d+$/.test(key)
}

function split(key: string): { operator: Operator; name: string } {
  const operator = OPERATORS.find((candidate) => key.startsWith(candidate)) ?? ''
  return { operator, name: key.slice(operator.length) }
}

function holds(operator: Operator, has: unknown, wanted: unknown): boolean {
  switch (operator) {
    case '!':
    case '!=':
    case '!@':
      return !anyOf(wanted, (one) => equal(has, one))
    case '>':
      return order(has, wanted) > 0
    case '>=':
      return order(has, wanted) >= 0
    case '<':
      return order(has, wanted) < 0
    case '<=':
      return order(has, wanted) <= 0
    case '><': {
      const [from, to] = Object.values(asMap(wanted))
      return order(has, from) >= 0 && order(has, to) <= 0
    }
    case '%':
      return anyOf(wanted, (one) => like(has, `%${one}%`))
    case '=%':
    case '%=':
      return anyOf(wanted, (one) => like(has, String(one)))
    case '!%':
      return !anyOf(wanted, (one) => like(has, `%${one}%`))
    case '!=%':
    case '!%=':
      return !anyOf(wanted, (one) => like(has, String(one)))
    default:
      return anyOf(wanted, (one) => equal(has, one))
  }
}

function anyOf(wanted: unknown, test: (one: unknown) => boolean): boolean {
  return typeof wanted === 'object' && wanted !== null ? Object.values(wanted).some(test) : test(wanted)
}

/** Nothing, an empty text, `false` and, for ids, 0 all mean "empty". Dates are compared as moments. */
function equal(has: unknown, wanted: unknown): boolean {
  if (isEmpty(wanted)) return isEmpty(has)
  if (has instanceof Date) return order(has, wanted) === 0
  return String(plain(has)) === String(plain(wanted))
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || value === false
}

function plain(value: unknown): unknown {
  return value === true ? 'Y' : value === false ? 'N' : value
}

/** Negative, 0 or positive; NaN, which no comparison holds for, when one is no number or date. */
function order(has: unknown, wanted: unknown): number {
  if (isEmpty(has) || isEmpty(wanted)) return Number.NaN
  if (has instanceof Date) return has.getTime() - new Date(String(wanted)).getTime()
  const difference = Number(has) - Number(wanted)
  return Number.isNaN(difference) ? String(has).localeCompare(String(wanted)) : difference
}

/** SQL's LIKE: `%` stands for any text; letters count alike in both cases. */
function like(has: unknown, pattern: string): boolean {
  const parts = pattern.split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(String(has ?? ''))
}
