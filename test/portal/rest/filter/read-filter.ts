import { type Reading, testOf } from './column-tests.ts'
import { splitKey } from './operators.ts'

/** A row as the answer will show it; dates still as `Date`. */
export type Row = Record<string, unknown>

/** Does a row pass? */
export type RowTest = (row: Row) => boolean

/** Reads a filter with Bitrix24's prefixes (platform.md 5.1, 5.6). Throws `UnreadableCondition` where the database would. */
export function readFilter(filter: object, snapshot: Reading): RowTest {
  const entries = Object.entries(filter)
  const isOr = entries.some(([key, value]) => key.toUpperCase() === 'LOGIC' && value === 'OR')
  const tests = entries.flatMap(([key, wanted]) => readCondition(key, wanted, snapshot) ?? [])
  return (row) => (isOr && tests.length > 0 ? tests.some((test) => test(row)) : tests.every((test) => test(row)))
}

/** The names a filter asks for, without prefixes, those of groups too. */
export function namesIn(filter: object): string[] {
  return Object.entries(filter).flatMap(([key, value]: [string, unknown]) => {
    return isGroup(key) && typeof value === 'object' && value !== null ? namesIn(value) : [splitKey(key).name]
  })
}

/** Null where the database gets no condition. */
function readCondition(key: string, wanted: unknown, snapshot: Reading): RowTest | null {
  if (isGroup(key)) {
    const nested = snapshot.layer === 'universal' && typeof wanted === 'object' && wanted !== null
    return nested ? readFilter(wanted, snapshot) : null
  }
  const { operator, name } = splitKey(key)
  const type = Object.hasOwn(snapshot.columns, name) ? snapshot.columns[name] : undefined
  const test = type && testOf(type, operator, wanted, snapshot)
  if (!test) return null
  return (row) => {
    const has = row[name]
    if (!Array.isArray(has)) return test(has)
    return operator.startsWith('!') ? has.every(test) : has.some(test)
  }
}

function isGroup(key: string): boolean {
  return /^\s*-?\d+$/.test(key)
}
