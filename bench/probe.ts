/** Loaded into a process of Stagecue before anything else (`measured-process.ts`): tells what the process uses, by HTTP. */
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { countStatements } from '../test/count-statements.ts'
import type { Usage } from './measured-process.ts'

const statements = countStatements()
/** Begins to look when it is first asked: it wakes the process every 5 ms, which takes 15 ms of the processor a second. */
const pauses = monitorEventLoopDelay({ resolution: 5 })

function longestPause(): { ms: number } {
  pauses.enable()
  const ms = pauses.max / 1e6
  pauses.reset()
  return { ms }
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return {
    cpuMs: (user + system) / 1000,
    rss,
    heapUsed,
    statementCount: statements.texts.length,
    roundTripCount: statements.roundTrips(),
  }
}

/** Collects garbage and gives back what is free; flags of V8 are not allowed in NODE_OPTIONS. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: object) => void
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

const server = createServer((request, response) => {
  if (request.url === '/collected') collect()
  const answer = request.url === '/pauses' ? longestPause() : usage()
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer))
})
server.listen(Number(process.env.BENCH_PROBE_PORT), '127.0.0.1').unref()

// Whoever started it may be killed: nobody would end it then.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.exit(1)
}, 1000).unref()
