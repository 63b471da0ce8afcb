import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = join(root, 'app/dist/manifest.json')
const lock = join(root, 'node_modules/.stagecue-build')

/** Who builds renews the lock so often; one that is older than that was left behind by a build that was killed. Milliseconds. */
const RENEW_MS = 2000
const STALE_MS = 10_000

/**
 * Builds the pages (`npm run build`) unless what stands in `app/dist` is newer than every source. Takes about five seconds.
 * Of several test processes one builds, and the others wait for it.
 */
export async function buildApp(): Promise<void> {
  while (isOutdated()) {
    if (!takeLock()) {
      await sleep(100)
      continue
    }
    const renewing = setInterval(() => utimesSync(lock, new Date(), new Date()), RENEW_MS)
    try {
      const vite = join(root, 'node_modules/vite/bin/vite.js')
      // Tests run with another NODE_ENV, which would build Vue for development.
      const env = { ...process.env, NODE_ENV: 'production' }
      await promisify(execFile)(process.execPath, [vite, 'build', 'app', '--logLevel', 'warn'], { cwd: root, env })
    } finally {
      clearInterval(renewing)
      rmdirSync(lock)
    }
  }
}

function isOutdated(): boolean {
  return !existsSync(manifest) || statSync(manifest).mtimeMs <= newestSource() || existsSync(lock)
}

function takeLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - since > STALE_MS) rmdirSync(lock)
    return false
  }
}

function newestSource(): number {
  const entries = readdirSync(join(root, 'app'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !/app\/(dist|node_modules)\b/.test(entry.parentPath))
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}
