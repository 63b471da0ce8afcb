import { toInt } from '../../php/cast.ts'

/** Does a number pass? Null is an empty column. */
type NumberTest = (has: number | null) => boolean

/** How a value of a filter becomes a number. */
export type Cast = (value: unknown) => number

/** What a database layer makes of a condition on numbers, whole ones unless told otherwise; null: it adds no condition. */
export type NumberLayer = (operator: string, wanted: unknown, cast?: Cast) => NumberTest | null

/** A condition that the database cannot read, `ID IN ()`: a fault of the database, told as such (`platform.md` 5.6, 7). */
export class UnreadableCondition extends Error {
  override name = 'UnreadableCondition'
}

const COMPARISONS: Record<string, (has: number, wanted: number) => boolean> = {
  '>': (has, wanted) => has > wanted,
  '>=': (has, wanted) => has >= wanted,
  '<': (has, wanted) => has < wanted,
  '<=': (has, wanted) => has <= wanted,
}

/** Universal lists such as `crm.item.list`. An empty column equals 0, a comparison looks at the value with the key 0 alone. */
export const universalNumbers: NumberLayer = (operator, wanted, cast = toInt) => {
  const isList = typeof wanted === 'object' && wanted !== null
  const values = valuesOf(wanted).map(cast)
  const compare = COMPARISONS[operator]
  if (compare) {
    const first = isList ? Object.entries(wanted).find(([key]) => key === '0')?.[1] : (wanted ?? 0)
    return (has) => has !== null && first !== undefined && compare(has, cast(first))
  }
  if (operator === '@' || operator === '!@') {
    if (values.length === 0) throw new UnreadableCondition()
    return isAmong(values, operator === '@')
  }
  if (operator !== '!' && operator !== '!=') return (has) => values.includes(has ?? 0)
  return values.length === 0 ? () => true : isAmong(values, false)
}

/** Legacy lists such as `crm.activity.list`: an empty list is no condition, and every value of a comparison counts. */
export const legacyNumbers: NumberLayer = (operator, wanted, cast = toInt) => {
  const values = valuesOf(wanted).map(cast)
  if (values.length === 0) return null
  const compare = COMPARISONS[operator]
  if (compare) {
    const matchesEmpty = operator.endsWith('=') && values.includes(0)
    return (has) => (has === null ? matchesEmpty : values.some((value) => compare(has, value)))
  }
  if (operator === '@' || operator === '!@') return isAmong(values, operator === '@')
  if (operator !== '!' && operator !== '!=') return (has) => values.includes(has ?? 0)
  return (has) => !values.includes(has ?? 0)
}

/** `IN` and `NOT IN`: an empty column is neither. */
function isAmong(values: number[], among: boolean): NumberTest {
  return (has) => has !== null && values.includes(has) === among
}

export function valuesOf(wanted: unknown): unknown[] {
  return typeof wanted === 'object' && wanted !== null && !(wanted instanceof Date) ? Object.values(wanted) : [wanted]
}
