import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { builds, isBuilt } from '../.ci/built.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = join(root, 'node_modules/.stagecue-build')

/** Who builds renews the lock so often; one that is older than that was left behind by a build that was killed. Milliseconds. */
const RENEW_MS = 2000
const STALE_MS = 10_000

/** How Vite is asked for each. */
const args = { pages: ['app'], server: ['--config', '.ci/server.config.mjs'] } as const

/** Builds the pages as `npm run build` does, unless they are built of these sources. Takes about five seconds. */
export function buildApp(): Promise<void> {
  return build('pages')
}

/** Builds the server as `npm run build` does, unless it is built of these sources. Takes about three seconds. Returns its file. */
export async function buildServer(): Promise<string> {
  await build('server')
  return join(builds.server.folder, builds.server.file)
}

/** Of several test processes one builds, and the others wait for it. */
async function build(what: keyof typeof builds): Promise<void> {
  while (existsSync(lock) || !isBuilt(what)) {
    if (!takeLock()) {
      await sleep(100)
      continue
    }
    const renewing = setInterval(() => utimesSync(lock, new Date(), new Date()), RENEW_MS)
    try {
      const vite = join(root, 'node_modules/vite/bin/vite.js')
      // Tests run with another NODE_ENV, which would build Vue for development.
      const env = { ...process.env, NODE_ENV: 'production' }
      const words = [vite, 'build', ...args[what], '--logLevel', 'warn']
      await promisify(execFile)(process.execPath, words, { cwd: root, env })
    } finally {
      clearInterval(renewing)
      rmdirSync(lock)
    }
  }
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
