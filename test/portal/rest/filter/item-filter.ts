import { phpArray } from '../../php/array.ts'
import { numberText } from '../../php/build-query.ts'
import { RestError, refuse } from '../error.ts'
import { upperName } from './field-names.ts'
import { readMoment } from './moments.ts'

/** Prefixes that a filter may have; the first five take lists. */
const WITH_LISTS = ['', '=', '!=', '@', '!@']
const WITHOUT_LISTS = ['!', '%', '!%', '=%', '%=', '!=%', '!%=', '><', '!><', '>', '<', '>=', '<=']
const PREFIXES = new Set([...WITH_LISTS, ...WITHOUT_LISTS])

/** What a filter may ask for: the types of fields by their names in capitals. */
export type FieldTypes = ReadonlyMap<string, string>

type Filter = Record<string, unknown> | unknown[]

/** The caller's clock: where it stands, in minutes east of UTC, and how far it is ahead of the server's. */
export interface Clock {
  minutes: number
  aheadMs: number
}

const SERVER_CLOCK: Clock = { minutes: 0, aheadMs: 0 }

/**
 * The `filter` of `crm.item.list` as the database layer gets it: names in capitals, times as `Date`, false where one cannot be read
 * (`platform.md` 5.6). A time with an offset is shifted by what the caller's clock is ahead. The first fault is thrown.
 */
export function readItemFilter(filter: unknown, types: FieldTypes, clock = SERVER_CLOCK): Filter {
  if (filter === null || filter === undefined) return []
  if (typeof filter !== 'object') throw notAnArray(filter, 'filter')
  const prepared = prepare(filter, types, clock)
  const [fault] = faults(prepared, types)
  if (fault !== undefined) throw new RestError('INVALID_ARG_VALUE', `Invalid filter: ${fault}`)
  return prepared
}

/** The `order` of `crm.item.list`: names in capitals, each up or down. The first fault is thrown. */
export function readItemOrder(order: unknown, known: ReadonlySet<string>): Record<string, string> {
  if (order === null || order === undefined) return {}
  if (typeof order !== 'object') throw notAnArray(order, 'order')
  const entries = Object.entries(order).map(([key, value]) => [upperName(key, known), String(value)] as const)
  const [strange] = entries.filter(([name]) => !known.has(name))
  if (strange) throw invalidOrder(`field '${strange[0]}' is not allowed in order`)
  const [odd] = entries.filter(([, direction]) => !['ASC', 'DESC'].includes(direction.toUpperCase()))
  if (odd) throw invalidOrder(`allowed sort directions are ASC, DESC. But got '${odd[1]}' for field '${odd[0]}'`)
  return Object.fromEntries(entries)
}

function invalidOrder(fault: string): RestError {
  return new RestError('INVALID_ARG_VALUE', `Invalid order: ${fault}`)
}

/** An order or a filter must be a map or a list; flags are shown as PHP writes them. */
export function notAnArray(value: unknown, name: string): RestError {
  const shown = typeof value === 'boolean' ? (value ? '1' : '') : typeof value === 'number' ? numberText(value) : value
  return refuse.wrongType(name, shown, 'array')
}

/** Names in capitals at any depth; times are read before dots are taken out of the names. */
function prepare(filter: object, types: FieldTypes, clock: Clock): Filter {
  const known = new Set(types.keys())
  const entries = Object.entries(filter).map(([key, value]: [string, unknown]): [string, unknown] => {
    const name = isWholeNumber(key) ? key : upperName(key, known)
    if (typeof value === 'object' && value !== null) return [withoutDots(name), prepare(value, types, clock)]
    const isMoment = [...types].some(([field, type]) => isTime(type) && isField(name, field))
    return [withoutDots(name), isMoment ? shifted(value, clock) : value]
  })
  return phpArray([...new Map(entries)])
}

function shifted(value: unknown, { minutes, aheadMs }: Clock): Date | false {
  const moment = readMoment(value, minutes)
  if (!moment) return false
  return moment.zoned ? new Date(moment.at.getTime() - aheadMs) : moment.at
}

/** Everything that the check has to say, inner maps first. Keys that are numbers hold anything. */
function faults(filter: Filter, types: FieldTypes): string[] {
  return Object.entries(filter).flatMap(([key, value]: [string, unknown]) => {
    const isArray = typeof value === 'object' && value !== null && !(value instanceof Date)
    const inner = isArray ? faults(value as Filter, types) : []
    if (isNumeric(key) || key === 'LOGIC') return inner
    const prefix = prefixOf(key, types)
    if (prefix === undefined) return [...inner, `field '${key}' is not allowed in filter`]
    return isArray && !WITH_LISTS.includes(prefix) ? [...inner, `field '${key}' has invalid value`] : inner
  })
}

/** The prefix of a key that asks for a known field. */
function prefixOf(key: string, types: FieldTypes): string | undefined {
  return [...PREFIXES].find((prefix) => key.startsWith(prefix) && types.has(key.slice(prefix.length)))
}

/** A name is a field's when a prefix is all that is left without it. */
function isField(name: string, field: string): boolean {
  return PREFIXES.has(name.replaceAll(field, ''))
}

function isTime(type: string): boolean {
  return type === 'date' || type === 'datetime'
}

function withoutDots(name: string): string {
  return name.replaceAll('.', '')
}

function isWholeNumber(key: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(key)
}

/** `is_numeric`. */
function isNumeric(key: string): boolean {
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(key)
}
