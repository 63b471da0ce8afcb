import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { buildQuery } from './php/build-query.ts'
import { parseStr } from './php/parse-str.ts'
import { readCommand } from './rest/batch.ts'
import { RestError } from './rest/error.ts'
import { readItemFilter } from './rest/filter/item-filter.ts'
import { legacyNumbers, type NumberLayer, UnreadableCondition, universalNumbers } from './rest/filter/numbers.ts'
import { splitKey } from './rest/filter/operators.ts'

/** Inputs and outputs of the server's own functions (platform.md 11); each file tells where they come from and how to read them. */
function vectors(name: string) {
  return JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8'))
}

interface Vector<Input, Output> {
  in: Input
  out: Output
}

describe('PHP forms', () => {
  const cases: Vector<{ parse: string } | { build: object }, unknown>[] = vectors('php-forms').cases

  it('has all its vectors', () => expect(cases).toHaveLength(448))

  it.each(cases)('$in', ({ in: given, out }) => {
    if ('parse' in given) return expect(asPhp(parseStr(given.parse))).toEqual(asPhp(out))
    const body = buildQuery(given.build)
    expect({ body, parsed: asPhp(parseStr(body)) }).toEqual(asPhp(out))
  })
})

describe('references in a batch', () => {
  const file = vectors('batch-references')
  const cases: Vector<{ state: string; cmd: string }, unknown>[] = file.cases
  const nothing = { result: [], error: [], total: [], next: [], time: [] }

  it('has all its vectors', () => expect(cases).toHaveLength(335))

  it.each(cases)('$in.state: $in.cmd', ({ in: { state, cmd }, out }) => {
    expect(asPhp(readCommand(cmd, { ...nothing, ...file.states[state] }))).toEqual(asPhp(out))
  })
})

describe('filters of crm.item.list', () => {
  const file = vectors('item-filters')
  const cases: Vector<unknown, { more?: string[] }>[] = file.cases
  const types = new Map<string, string>(Object.entries(file.fields))

  it('has all its vectors', () => expect(cases).toHaveLength(445))

  it.each(cases)('$in', ({ in: filter, out: { more: _, ...out } }) => {
    expect(asPhp(checked(filter, types))).toEqual(asPhp(out))
  })
})

/** What the check says, times written as the server writes them: `29.08.2026 08:15:00` in UTC. */
function checked(filter: unknown, types: Map<string, string>): unknown {
  try {
    return { ok: true, filter: withTexts(readItemFilter(filter, types), types) }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return { ok: false, error: error.code, error_description: error.message }
  }
}

function withTexts(filter: unknown, types: Map<string, string>): unknown {
  if (typeof filter !== 'object' || filter === null) return filter
  if (Array.isArray(filter)) return filter.map((one) => withTexts(one, types))
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => {
      if (!(value instanceof Date)) return [key, withTexts(value, types)]
      const [day = '', time = ''] = value.toISOString().slice(0, 19).split('T')
      const written = day.split('-').reverse().join('.')
      return [key, types.get(splitKey(key).name) === 'date' ? written : `${written} ${time}`]
    }),
  )
}

describe('casts of ids', () => {
  const cases: Vector<{ key: string; value: unknown }, Record<string, string>>[] = vectors('id-casts').cases
  const layers = { items: universalNumbers, activities: legacyNumbers }
  const database = new Database(':memory:')
  database.exec('create table rows (ID integer)')
  const stored = [
    null,
    -2147483648,
    -31,
    -1,
    0,
    1,
    2,
    3,
    5,
    9,
    17,
    30,
    31,
    32,
    33,
    100,
    502,
    999,
    1000,
    1001,
    2147483648,
  ]
  for (const id of stored) database.prepare('insert into rows values (?)').run(id)
  database.prepare('insert into rows values (9223372036854775807)').run()
  const rows = [...stored, 2 ** 63 - 1]

  it('has all its vectors', () => expect(cases).toHaveLength(245))

  it.each(cases)('$in.key $in.value finds what the database finds by the same words', ({ in: { key, value }, out }) => {
    for (const [name, layer] of Object.entries(layers)) {
      expect(found(layer, key, value, rows), name).toEqual(foundBySql(database, out[name] ?? ''))
    }
  })
})

function found(layer: NumberLayer, key: string, value: unknown, rows: (number | null)[]): unknown {
  try {
    const test = layer(splitKey(key).operator, value)
    return rows.filter((id) => test === null || test(id))
  } catch (error) {
    if (error instanceof UnreadableCondition) return 'a fault of the database'
    throw error
  }
}

/** `IN ()`, which SQLite reads, is a fault of the server's database. */
function foundBySql(database: Database.Database, words: string): unknown {
  if (words.includes('IN ()')) return 'a fault of the database'
  return database
    .prepare(`select ID from rows where ${words || '1=1'}`)
    .pluck()
    .all()
}

/** JSON as PHP reads it: a map with the keys 0, 1, 2… is a list, and there is one empty array. */
function asPhp(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [key, asPhp(one)])
  const isList = entries.every(([key], index) => key === String(index))
  return isList ? entries.map(([, one]) => one) : Object.fromEntries(entries)
}
