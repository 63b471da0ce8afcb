import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { acknowledge } from './acknowledge.ts'
import { burst } from './burst.ts'
import { disk } from './disk.ts'
import { growth } from './growth.ts'
import { journal } from './journal.ts'
import { memory } from './memory.ts'
import { noisy } from './noisy.ts'
import { pages } from './pages.ts'
import { clearProgress } from './print.ts'
import { processes } from './processes.ts'
import { requests } from './requests.ts'
import { start } from './start.ts'
import { closeAll } from './while-open.ts'

/** `npm run bench` runs all of them, `npm run bench -- requests` one. Each prints a table; ratios are of one run. */
const benches: Record<string, () => Promise<void>> = {
  requests,
  acknowledge,
  burst,
  growth,
  memory,
  noisy,
  processes,
  start,
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
const [cpu] = cpus()
const gigabytes = Math.round(totalmem() / 2 ** 30)
console.log(
  `${cpu?.model.trim()} × ${cpus().length}, ${gigabytes} GB, ${platform()}-${arch()}, Node ${process.versions.node}`,
)
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  if (ending) break
  console.log(`\n${name}`)
  // What a bench meets while its processes are being ended says nothing.
  await benches[name]?.().catch((error: unknown) => {
    if (!ending) throw error
  })
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
