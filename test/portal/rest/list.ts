import { toInt } from '../php/cast.ts'
import type { Switches } from '../switches.ts'
import type { Row } from './filter/read-filter.ts'
import { asList, asMap } from './php.ts'

const PAGE = 50

/** A page of a list; `next` is absent on the last one (platform.md 5.13). */
export interface Page<T> {
  rows: T[]
  total?: number
  next?: number
}

/**
 * 50 rows of a legacy list. With a negative `start` nothing is counted: `total` is 0. Past the end it is the first page again, or by the
 * switch an empty one.
 */
export function legacyPage<T>(rows: T[], start: unknown, pastEnd: Switches['pastEndPage']): Page<T> {
  const from = beginning(start)
  if (from < 0) return { rows: rows.slice(0, PAGE), total: 0 }
  return slice(rows, from >= rows.length && pastEnd === 'first' ? 0 : from)
}

/** 50 rows of a universal list. With a negative `start` nothing is counted, so there is neither `total` nor `next`; past the end it is empty. */
export function universalPage<T>(rows: T[], start: unknown): Page<T> {
  const from = beginning(start)
  return from < 0 ? { rows: rows.slice(0, PAGE) } : slice(rows, from)
}

function slice<T>(rows: T[], from: number): Page<T> {
  const next = from + PAGE
  return { rows: rows.slice(from, next), total: rows.length, ...(next < rows.length ? { next } : {}) }
}

/** Pages begin at multiples of fifty. */
function beginning(start: unknown): number {
  return Math.floor(toInt(start) / PAGE) * PAGE
}

/** Sorts by an `order` map such as `{ID: 'DESC'}`; names are read in any case. */
export function sortRows<T extends Row>(rows: T[], order: unknown, byDefault: Record<string, string>): T[] {
  const given = Object.entries(asMap(order))
  const criteria = given.length > 0 ? given : Object.entries(byDefault)
  return [...rows].sort((one, other) => {
    for (const [name, direction] of criteria) {
      const difference = compare(cell(one, name), cell(other, name))
      if (difference !== 0) return String(direction).toUpperCase().startsWith('DESC') ? -difference : difference
    }
    return 0
  })
}

/** The names in `select`, or undefined for all (`*` or nothing). */
export function selected(select: unknown): Set<string> | undefined {
  const names = asList(select).map(String)
  return names.length === 0 || names.includes('*') ? undefined : new Set(names)
}

export function pick(row: Row, names: Set<string> | undefined): Row {
  return names ? Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))) : row
}

function cell(row: Row, name: string): unknown {
  if (name in row) return row[name]
  const found = Object.keys(row).find((key) => key.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : row[found]
}

function compare(one: unknown, other: unknown): number {
  const [a, b] = [comparable(one), comparable(other)]
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b))
}

function comparable(value: unknown): number | string {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000)
  if (typeof value === 'number') return value
  const asNumber = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isNaN(asNumber) ? String(value ?? '') : asNumber
}
