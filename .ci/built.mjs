// What `npm run build` makes: the pages, and the server as one file, which starts three times as fast as its sources, several hundred files.
// Beside each a stamp says of which sources it was built.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = 'built-from'

/** Where each is put, the file that stands for it, and what it is made of; packages and how it is built count too. */
export const builds = {
  pages: {
    folder: join(root, 'app/dist'),
    file: 'manifest.json',
    sources: ['app', 'lib/api', 'lib/domain', 'lib/triggers'],
  },
  server: { folder: join(root, 'dist'), file: 'server.js', sources: ['handlers', 'install', 'lib', '.ci'] },
}

/**
 * What Node is told for the server, as NODE_OPTIONS; the operator's own come after it and prevail. The heap's limit, without it a quarter of the
 * machine's memory, and the room for young objects decide how much garbage V8 lets lie (decision 156).
 */
export const serverNodeOptions = '--max-old-space-size=512 --max-semi-space-size=8'

/** Is there one at all, and of these sources? Another one would be an old version. */
export function isBuilt(what) {
  const { folder, file } = builds[what]
  const paths = [join(folder, file), join(folder, stamp)]
  return paths.every((path) => existsSync(path)) && readFileSync(paths[1], 'utf8') === sourcesOf(what)
}

/** For Vite: writes the stamp. */
export function stamped(what) {
  return {
    name: 'stagecue:built-from',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: stamp, source: sourcesOf(what) })
    },
  }
}

/** A hash of all that it is made of; what the build writes itself, and what it keeps below `node_modules`, is not of it. */
function sourcesOf(what) {
  const hash = createHash('sha256')
  for (const folder of builds[what].sources) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter(
        (path) =>
          !path.startsWith(builds.pages.folder + sep) && !path.slice(root.length).split(sep).includes('node_modules'),
      )
    for (const file of files.sort()) hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}
