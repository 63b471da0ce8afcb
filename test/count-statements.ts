import Sqlite from 'better-sqlite3'
import pg from 'pg'

/** Statements of this process while it is counted, by their texts. */
export type StatementCount = {
  /** In the order in which they were made. */
  readonly texts: readonly string[]
  /** How often PostgreSQL was waited for: what is sent while its connection waits already goes with what is under way. */
  roundTrips(): number
  /** Ends the count. */
  stop(): void
}

type Method = (this: unknown, ...args: unknown[]) => unknown

/** Counts what the drivers of both engines are given, `begin` and `commit` too, from now on. */
export function countStatements(): StatementCount {
  const texts: string[] = []
  let roundTrips = 0
  const underWay = new Map<unknown, number>()
  const changeUnderWay = (client: unknown, by: number) => underWay.set(client, (underWay.get(client) ?? 0) + by)
  const sqlite = new Sqlite(':memory:')
  const statement = Object.getPrototypeOf(sqlite.prepare('select 1'))
  sqlite.close()
  const ends = [
    spy(statement, 'all', (made) => texts.push((made as Sqlite.Statement).source)),
    spy(statement, 'run', (made) => texts.push((made as Sqlite.Statement).source)),
    spy(pg.Client.prototype, 'query', (client, asked) => {
      texts.push(textOf(asked))
      if (!underWay.get(client)) roundTrips += 1
      changeUnderWay(client, 1)
      return () => changeUnderWay(client, -1)
    }),
  ]
  return {
    texts,
    roundTrips: () => roundTrips,
    stop() {
      for (const end of ends) end()
    },
  }
}

/** Tells `note` of every call; what that gives back is called when the call has been answered. */
function spy(owner: object, name: string, note: (self: unknown, first: unknown) => unknown): () => void {
  const methods = owner as Record<string, Method>
  const call = methods[name] as Method
  methods[name] = function counted(this: unknown, ...args: unknown[]) {
    const noteEnd = note(this, args[0])
    const answer = call.apply(this, args)
    if (typeof noteEnd === 'function')
      Promise.resolve(answer).then(
        () => noteEnd(),
        () => noteEnd(),
      )
    return answer
  }
  return () => {
    methods[name] = call
  }
}

function textOf(asked: unknown): string {
  return typeof asked === 'string' ? asked : String((asked as { text?: unknown }).text)
}
