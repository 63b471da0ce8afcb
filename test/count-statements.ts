import Sqlite from 'better-sqlite3'
import pg from 'pg'

/** Statements of this process while it is counted, by their texts; on PostgreSQL each is a round trip. */
export type StatementCount = {
  /** In the order in which they were made. */
  readonly texts: readonly string[]
  /** Ends the count. */
  stop(): void
}

type Method = (this: unknown, ...args: unknown[]) => unknown

/** Counts what the drivers of both engines are given, `begin` and `commit` too, from now on. */
export function countStatements(): StatementCount {
  const texts: string[] = []
  const sqlite = new Sqlite(':memory:')
  const statement = Object.getPrototypeOf(sqlite.prepare('select 1'))
  sqlite.close()
  const ends = [
    spy(statement, 'all', (made) => texts.push((made as Sqlite.Statement).source)),
    spy(statement, 'run', (made) => texts.push((made as Sqlite.Statement).source)),
    spy(pg.Client.prototype, 'query', (_, asked) => texts.push(textOf(asked))),
  ]
  return {
    texts,
    stop() {
      for (const end of ends) end()
    },
  }
}

function spy(owner: object, name: string, note: (self: unknown, first: unknown) => void): () => void {
  const methods = owner as Record<string, Method>
  const call = methods[name] as Method
  methods[name] = function counted(this: unknown, ...args: unknown[]) {
    note(this, args[0])
    return call.apply(this, args)
  }
  return () => {
    methods[name] = call
  }
}

function textOf(asked: unknown): string {
  return typeof asked === 'string' ? asked : String((asked as { text?: unknown }).text)
}
