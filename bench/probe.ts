/** Loaded into a process of Stagecue before anything else (`measured-process.ts`): tells what the process uses, by HTTP. */
import { createServer } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Sqlite from 'better-sqlite3'
import type { Usage } from './measured-process.ts'

const statements = new Map<string, { count: number; ms: number }>()

/** SQLite answers within the call, so the time of a call is the time of the statement. */
function timeStatements(): void {
  const database = new Sqlite(':memory:')
  const statement = Object.getPrototypeOf(database.prepare('select 1'))
  database.close()
  for (const name of ['all', 'run'] as const) {
    const call = statement[name]
    statement[name] = function timed(this: Sqlite.Statement, ...args: unknown[]) {
      const begun = performance.now()
      try {
        return call.apply(this, args)
      } finally {
        note(this.source, performance.now() - begun)
      }
    }
  }
}

/** Statements that differ in nothing but the number of their values are one. */
function note(source: string, ms: number): void {
  const sql = source.replace(/\(\?(, \?)*\)(, \(\?(, \?)*\))*/g, '(…)')
  const known = statements.get(sql) ?? { count: 0, ms: 0 }
  statements.set(sql, { count: known.count + 1, ms: known.ms + ms })
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return { cpuMs: (user + system) / 1000, rss, heapUsed, statements: Object.fromEntries(statements) }
}

/** Collects garbage and gives back what is free; flags of V8 are not allowed in NODE_OPTIONS. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: object) => void
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

timeStatements()
const server = createServer((request, response) => {
  if (request.url === '/collected') collect()
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(usage()))
})
server.listen(Number(process.env.BENCH_PROBE_PORT), '127.0.0.1').unref()

// Whoever started it may be killed: nobody would end it then.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(1)
}, 1000).unref()
