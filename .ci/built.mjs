// The server as one file, made by `npm run build`: it starts three times as fast as its sources, which are several hundred files.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where the build puts it. */
export const serverFolder = join(root, 'dist')
export const serverFile = join(serverFolder, 'server.js')

/** Of what it was built (`sourcesOfServer`), beside it. */
export const stampName = 'built-from'

/** Is there one at all, and of these sources? Another one would be an old version. */
export function isServerBuilt() {
  const stamp = join(serverFolder, stampName)
  if (!existsSync(serverFile) || !existsSync(stamp)) return false
  return readFileSync(stamp, 'utf8') === sourcesOfServer()
}

/** A hash of all that the server is made of. */
export function sourcesOfServer() {
  const hash = createHash('sha256')
  for (const folder of ['handlers', 'install', 'lib']) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    for (const file of files.sort()) hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}
