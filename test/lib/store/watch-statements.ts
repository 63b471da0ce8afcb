import { type CompiledQuery, DefaultQueryExecutor, PostgresAdapter } from 'kysely'

/** A statement that the product sent to PostgreSQL, and the function that sent it, such as `findDuePortals`, with its file. */
export type SentStatement = { sql: string; by: string; file: string }

const sent = new Map<string, SentStatement>()
let isWatching = false

/** From now on all statements of this process are noted that our own code sends to PostgreSQL; those of tests are not. */
export function watchStatements(): void {
  if (isWatching) return
  isWatching = true
  const base = Object.getPrototypeOf(DefaultQueryExecutor.prototype)
  const execute = base.executeQuery
  base.executeQuery = function (this: DefaultQueryExecutor, query: CompiledQuery, ...rest: unknown[]) {
    if (this.adapter instanceof PostgresAdapter && !sent.has(query.sql)) {
      const sender = senderIn(new Error().stack ?? '')
      if (sender !== null) sent.set(query.sql, { sql: query.sql, ...sender })
    }
    return execute.call(this, query, ...rest)
  }
}

/** What was sent since the last call. */
export function takeStatements(): SentStatement[] {
  const taken = [...sent.values()]
  sent.clear()
  return taken
}

const root = new URL('../../..', import.meta.url).pathname

/** The innermost function of ours in a stack; null: a test's. */
function senderIn(stack: string): { by: string; file: string } | null {
  const [frame = ''] = stack
    .split('\n')
    .filter((line) => line.includes(root) && !/node_modules|watch-statements|compiled-once|read-of-portal/.test(line))
  const file = frame.slice(frame.indexOf(root) + root.length)
  if (!/^(lib|handlers|install)\//.test(file)) return null
  const [, by = 'anonymous'] = /at (?:async )?(?:Object\.)?([\w.]+) \(/.exec(frame) ?? []
  return { by, file }
}
