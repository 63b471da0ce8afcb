import { readMoment } from './moments.ts'
import { type Cast, legacyNumbers, UnreadableCondition, universalNumbers, valuesOf } from './numbers.ts'

/** What a column holds, and thereby how a condition on it is read. `double`: a number with fractions. */
export type ColumnType = 'number' | 'double' | 'text' | 'moment' | 'flag'

/** The columns that a filter may ask for; other names are dropped without a word. */
export type Columns = Readonly<Record<string, ColumnType>>

/** How a list reads filters. `clockMinutes`: the caller's clock, for times without an offset. */
export interface Reading {
  columns: Columns
  /** Legacy lists and universal ones cast values differently; only universal ones know groups (`logic`). */
  layer: 'legacy' | 'universal'
  clockMinutes: number
}

/** Does the value of a column pass? */
export type Test = (has: unknown) => boolean

/** What a condition on a column asks of its value; null where the database gets no condition. */
export function testOf(type: ColumnType, operator: string, wanted: unknown, snapshot: Reading): Test | null {
  if (operator === '><' || operator === '!><') return between(type, operator, wanted, snapshot)
  if (operator.includes('%')) return likeness(operator, wanted)
  if (type === 'number' || type === 'double') return numberTest(type, operator, wanted, snapshot)
  return type === 'moment' ? momentTest(operator, wanted, snapshot) : textTest(type, operator, wanted, snapshot)
}

/** Both ends of legacy lists; of universal ones the check lets no two values pass, and one value is no condition. */
function between(type: ColumnType, operator: string, wanted: unknown, snapshot: Reading): Test | null {
  const [from, to] = valuesOf(wanted)
  if (snapshot.layer === 'universal' || to === undefined) return null
  const [above, below] = [testOf(type, '>=', from, snapshot), testOf(type, '<=', to, snapshot)]
  if (!above || !below) return null
  return (has) => (above(has) && below(has)) === (operator === '><')
}

function numberTest(type: ColumnType, operator: string, wanted: unknown, { layer }: Reading): Test | null {
  const numbers = layer === 'legacy' ? legacyNumbers : universalNumbers
  const test = type === 'double' ? numbers(operator, wanted, toDouble) : numbers(operator, wanted)
  return test && ((has) => test(isEmpty(has) ? null : Number(has)))
}

const toDouble: Cast = (value) => Number.parseFloat(String(value)) || 0

/** Whole seconds, as the database keeps them. A time that cannot be read finds rows without one, and is neither before nor after any. */
function momentTest(operator: string, wanted: unknown, { layer, clockMinutes }: Reading): Test | null {
  const values = valuesOf(wanted)
  if (values.length === 0) return emptyList(operator, layer)
  const seconds = (value: unknown) => {
    const at = value instanceof Date ? value : readMoment(value, clockMinutes)?.at
    return at ? Math.floor(at.getTime() / 1000) : null
  }
  const wantedSeconds = values.map(seconds)
  const has = (test: (one: number, other: number) => boolean): Test => {
    return (value) => wantedSeconds.some((one) => one !== null && !isEmpty(value) && test(seconds(value) ?? 0, one))
  }
  if (operator === '>') return has((one, other) => one > other)
  if (operator === '>=') return has((one, other) => one >= other)
  if (operator === '<') return has((one, other) => one < other)
  if (operator === '<=') return has((one, other) => one <= other)
  return (value) => wantedSeconds.includes(isEmpty(value) ? null : seconds(value)) !== operator.startsWith('!')
}

/** Nothing, an empty text and an empty column are alike. */
function textTest(type: ColumnType, operator: string, wanted: unknown, { layer }: Reading): Test | null {
  const values = valuesOf(wanted).map((value) => textOf(type, value))
  if (values.length === 0) return emptyList(operator, layer)
  const compare = (test: (order: number) => boolean): Test => {
    return (has) => !isEmpty(has) && values.some((value) => test(textOf(type, has).localeCompare(value)))
  }
  if (operator === '>') return compare((order) => order > 0)
  if (operator === '>=') return compare((order) => order >= 0)
  if (operator === '<') return compare((order) => order < 0)
  if (operator === '<=') return compare((order) => order <= 0)
  return (has) => values.includes(textOf(type, has)) !== operator.startsWith('!')
}

function emptyList(operator: string, layer: Reading['layer']): Test | null {
  if (layer === 'legacy') return null
  if (operator.endsWith('@')) throw new UnreadableCondition()
  return () => operator.startsWith('!')
}

/** A flag is Y or N, however it is written; a list where a text belongs is the word "Array". */
function textOf(type: ColumnType, value: unknown): string {
  if (type === 'flag') return ['true', '1', 'Y'].includes(String(value)) ? 'Y' : 'N'
  if (typeof value === 'boolean') return value ? '1' : ''
  return typeof value === 'object' && value !== null ? 'Array' : String(value ?? '')
}

/** SQL's LIKE: `%` stands for any text; letters count alike in both cases. */
function likeness(operator: string, wanted: unknown): Test {
  const around = operator === '%' || operator === '!%' ? '%' : ''
  const patterns = valuesOf(wanted).map((value) => new RegExp(`^${pattern(`${around}${value}${around}`)}$`, 'is'))
  return (has) => patterns.some((one) => one.test(String(has ?? ''))) !== operator.startsWith('!')
}

function pattern(like: string): string {
  return like
    .split('%')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === ''
}
