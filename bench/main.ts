import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { burst } from './burst.ts'
import { disk } from './disk.ts'
import { event } from './event.ts'
import { fairness } from './fairness.ts'
import { growth } from './growth.ts'
import { intake } from './intake.ts'
import { journal } from './journal.ts'
import { noisy } from './noisy.ts'
import { pages } from './pages.ts'
import { writePerformancePage } from './performance-page.ts'
import { portals } from './portals.ts'
import { clearProgress, printRow } from './print.ts'
import { processes } from './processes.ts'
import { requests } from './requests.ts'
import { type Bench, type Row, rowOf, storeResults } from './results.ts'
import { search } from './search.ts'
import { closeAll } from './while-open.ts'

/**
 * `npm run bench` runs all of them, `npm run bench -- requests` one. Each prints its figures and keeps them in `results.json`, of which
 * `docs/performance.md` is made; ratios are of one run.
 */
const benches: Record<string, Bench> = {
  event,
  intake,
  requests,
  burst,
  search,
  fairness,
  growth,
  noisy,
  processes,
  portals,
  journal,
  disk,
  pages,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}

/** There once the bench was interrupted. */
let ending: Promise<void> | null = null
leaveNothingBehind()
const gigabytes = Math.round(totalmem() / 2 ** 30)
const machine = `${cpus()[0]?.model.trim()} × ${cpus().length}, ${gigabytes} GB, ${platform()}-${arch()}`
console.log(`${machine}, Node ${process.versions.node}`)
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  if (ending) break
  console.log(`\n${name}`)
  // One that breaks off takes no other along. What it meets while its processes are being ended says nothing.
  await run(name).catch((error: unknown) => {
    if (ending) return
    clearProgress()
    console.error(`${name} broke off:`, error)
    process.exitCode = 1
  })
}
writePerformancePage()

/** Its figures are printed as they come, and kept once all of them are there. */
async function run(name: string): Promise<void> {
  const [at, begun] = [new Date().toISOString(), performance.now()]
  const rows: Row[] = []
  await benches[name]?.((...figure) => {
    const row = rowOf(name, ...figure)
    rows.push(row)
    printRow(row)
  })
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`${seconds} s`)
  if (!ending) storeResults(name, { at, machine, node: process.versions.node, seconds }, rows)
}

/** All folders that a bench makes lie in one, which goes with this process; an interrupted bench ends its own processes first. */
function leaveNothingBehind(): void {
  const folder = mkdtempSync(join(tmpdir(), 'stagecue-bench-'))
  // PostgreSQL runs as a user of its own where this one is root.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      ending ??= end()
    })
  }
}

async function end(): Promise<void> {
  clearProgress()
  console.error('Interrupted')
  await closeAll()
  process.exit(1)
}
