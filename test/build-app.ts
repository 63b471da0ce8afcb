import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = join(root, 'node_modules/.stagecue-build')

/** Who builds renews the lock so often; one that is older than that was left behind by a build that was killed. Milliseconds. */
const RENEW_MS = 2000
const STALE_MS = 10_000

/** What `npm run build` makes: of which folders, a file of it, and how it is asked for. */
type Build = Readonly<{ sources: readonly string[]; made: string; args: readonly string[] }>

const pages: Build = { sources: ['app'], made: 'app/dist/manifest.json', args: ['app'] }
const server: Build = {
  sources: ['handlers', 'install', 'lib', '.ci'],
  made: 'dist/server.js',
  args: ['--config', '.ci/server.config.mjs'],
}

/** Builds the pages as `npm run build` does, unless what stands in `app/dist` is newer than every source. Takes about five seconds. */
export function buildApp(): Promise<void> {
  return build(pages)
}

/** Builds the server as `npm run build` does, unless it is newer than every source. Takes about three seconds. Returns its file. */
export async function buildServer(): Promise<string> {
  await build(server)
  return join(root, server.made)
}

/** Of several test processes one builds, and the others wait for it. */
async function build(what: Build): Promise<void> {
  while (isOutdated(what)) {
    if (!takeLock()) {
      await sleep(100)
      continue
    }
    const renewing = setInterval(() => utimesSync(lock, new Date(), new Date()), RENEW_MS)
    try {
      const vite = join(root, 'node_modules/vite/bin/vite.js')
      // Tests run with another NODE_ENV, which would build Vue for development.
      const env = { ...process.env, NODE_ENV: 'production' }
      const args = [vite, 'build', ...what.args, '--logLevel', 'warn']
      await promisify(execFile)(process.execPath, args, { cwd: root, env })
    } finally {
      clearInterval(renewing)
      rmdirSync(lock)
    }
  }
}

function isOutdated({ made, sources }: Build): boolean {
  const file = join(root, made)
  return !existsSync(file) || statSync(file).mtimeMs <= Math.max(...sources.map(newestSource)) || existsSync(lock)
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

function newestSource(folder: string): number {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !/app\/(dist|node_modules)\b/.test(entry.parentPath))
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}
