import {
  type Compilable,
  type CompiledQuery,
  type KyselyPlugin,
  OperationNodeTransformer,
  type QueryResult,
  type ValueNode,
} from 'kysely'
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

/** Writes what is the same in every run into the text. */
class ConstantsInText extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    const isConstant = node.value === null || ['string', 'number'].includes(typeof node.value)
    return isConstant ? { ...node, immediate: true } : node
  }
}

const transformer = new ConstantsInText()

/**
 * SQLite looks at values that decide about its plan, such as a limit or what a partial index asks for, and makes its plan anew whenever one is given: in the
 * text they are known for good.
 */
const constantsInText: KyselyPlugin = {
  transformQuery: ({ node }) => transformer.transformNode(node),
  transformResult: async ({ result }) => result,
}

/** Texts of one statement that are kept, as lists of other lengths make other texts; and how many values they may have, as long ones are rare. */
const SHAPES = 100
const MOST_VALUES = 500

/**
 * A statement that is built and compiled once, on each database and for each length of its lists, and runs with other values: for what
 * every event takes, as building it costs more than running it. `build` must not look into the values, which are not there yet: it puts them in
 * their places. Of `fixed` ones, which hardly ever differ, each makes a text of its own.
 */
export function compiledOnce<Given extends Values, Found>(
  build: (db: Db, given: Given) => Compilable<Found>,
  fixed: readonly (keyof Given)[] = [],
): (db: Db, given: Given) => Promise<QueryResult<Found>> {
  const compiled = new WeakMap<object, ReturnType<typeof boundedCache<CompiledQuery<Found>>>>()
  const queryFor = (db: Db, given: Given): CompiledQuery<Found> => {
    // Of a database and all transactions in it.
    const { adapter } = db.getExecutor()
    const known = compiled.get(adapter) ?? boundedCache<CompiledQuery<Found>>(SHAPES)
    compiled.set(adapter, known)
    const lengths = Object.values(given).map((value) => (Array.isArray(value) ? value.length : ''))
    const fixedValues = fixed.map((name) => [name, given[name]] as const)
    const shape = [...lengths, ...fixedValues].join()
    const places = () => ({ ...(placesOf(given) as Given), ...Object.fromEntries(fixedValues) })
    const query = known.get(shape) ?? build(db.withPlugin(constantsInText), places()).compile()
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
