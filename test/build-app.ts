import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = join(root, 'app/dist/manifest.json')

/** Builds the pages (`npm run build`) unless what stands in `app/dist` is newer than every source. Takes about five seconds. */
export async function buildApp(): Promise<void> {
  if (existsSync(manifest) && statSync(manifest).mtimeMs > newestSource()) return
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  await promisify(execFile)(process.execPath, [vite, 'build', 'app', '--logLevel', 'warn'], { cwd: root })
}

function newestSource(): number {
  const entries = readdirSync(join(root, 'app'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !/app\/(dist|node_modules)\b/.test(entry.parentPath))
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs))
}
