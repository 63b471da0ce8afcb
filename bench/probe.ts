/** Loaded into a process of Stagecue before anything else (`measured-process.ts`): tells what the process uses, by HTTP. */
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import type { Usage } from './measured-process.ts'

let statementCount = 0
const pauses = monitorEventLoopDelay({ resolution: 5 })
pauses.enable()

/** Every call of these methods is a statement. */
function count(owner: object, ...names: string[]): void {
  const methods = owner as Record<string, (...args: unknown[]) => unknown>
  for (const name of names) {
    const call = methods[name]
    methods[name] = function counted(this: unknown, ...args) {
      statementCount += 1
      return call?.apply(this, args)
    }
  }
}

function countStatements(): void {
  const database = new Sqlite(':memory:')
  count(Object.getPrototypeOf(database.prepare('select 1')), 'all', 'run')
  database.close()
  count(pg.Client.prototype, 'query')
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const longestPauseMs = pauses.max / 1e6
  pauses.reset()
  return { cpuMs: (user + system) / 1000, rss, heapUsed, longestPauseMs, statementCount }
}

/** Collects garbage and gives back what is free; flags of V8 are not allowed in NODE_OPTIONS. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: object) => void
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

countStatements()
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
