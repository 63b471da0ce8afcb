import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import { boundedCache } from '../bounded-cache.ts'
import type { Db } from './database.ts'

type Value = string | number | null

/** What differs from one run of a statement to the next: values, lists of values, rows to insert. */
export type Values = Readonly<Record<string, Value | readonly Value[] | readonly Readonly<Record<string, Value>>[]>>

/** Stands for a value while a statement is built. */
class Place {
  readonly path: readonly string[]

  constructor(path: readonly string[]) {
    this.path = path
  }

  valueIn(given: Values): unknown {
    return this.path.reduce((part: unknown, key) => (part as Record<string, unknown>)[key], given)
  }
}

/** Texts of one statement that are kept, as lists of other lengths make other texts; and how many values they may have, as long ones are rare. */
const SHAPES = 100
const MOST_VALUES = 500

/**
 * A statement that is built and compiled once, on each database and for each length of its lists, and runs with other values: for what
 * every event takes, as building it costs more than running it. `build` must not look into the values, which are not there yet: it puts them in
 * their places.
 */
export function compiledOnce<Given extends Values, Found>(
  build: (db: Db, given: Given) => Compilable<Found>,
): (db: Db, given: Given) => Promise<QueryResult<Found>> {
  const compiled = new WeakMap<object, ReturnType<typeof boundedCache<CompiledQuery<Found>>>>()
  const queryFor = (db: Db, given: Given): CompiledQuery<Found> => {
    // Of a database and all transactions in it.
    const { adapter } = db.getExecutor()
    const known = compiled.get(adapter) ?? boundedCache<CompiledQuery<Found>>(SHAPES)
    compiled.set(adapter, known)
    const lengths = Object.values(given).map((value) => (Array.isArray(value) ? value.length : ''))
    const shape = lengths.join()
    const query = known.get(shape) ?? build(db, placesOf(given) as Given).compile()
    if (query.parameters.length <= MOST_VALUES) known.set(shape, query)
    return query
  }
  return (db, given) => {
    const query = queryFor(db, given)
    const parameters = query.parameters.map((one) => (one instanceof Place ? one.valueIn(given) : one))
    return db.executeQuery({ ...query, parameters })
  }
}

/** The same lists and rows with places instead of values. */
function placesOf(value: unknown, path: readonly string[] = []): unknown {
  if (typeof value !== 'object' || value === null) return new Place(path)
  const places = Object.entries(value).map(([key, part]) => [key, placesOf(part, [...path, key])] as const)
  return Array.isArray(value) ? places.map(([, place]) => place) : Object.fromEntries(places)
}
