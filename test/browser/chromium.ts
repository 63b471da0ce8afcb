import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/**
 * What saves processor where many pages are opened one after the other, together with pages that stay open (`visit.ts`): the pages of one site share
 * a process, which has compiled their scripts by then. Where all cores are busy, V8's helper threads and the graphics processor that Chromium
 * would emulate gain nothing. Together they cost a page of the app two fifths of what it costs without them. A page is closed before V8's last optimizing
 * compiler has paid.
 */
export const FOR_MANY_PAGES = ['--process-per-site', '--js-flags=--single-threaded --no-opt', '--disable-gpu']

/**
 * Starts Chromium out of its npm package: no browser and no system library of the machine is needed. The package's own
 * arguments are never passed, since they switch the same-origin policy off.
 */
export async function startChromium(args: string[] = []): Promise<Browser> {
  const home = await unpacked()
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    args: ['--no-sandbox', '--disable-background-networking', ...args],
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(home, 'fonts'),
    },
  })
}

/** The folder of this version, unpacked once. Of several processes that begin at the same time the first one wins. */
async function unpacked(): Promise<string> {
  const manifest = await readFile(join(modules, '@sparticuz', 'chromium', 'package.json'), 'utf8')
  const home = join(modules, '.cache', `chromium-${JSON.parse(manifest).version}`)
  if (existsSync(home)) return home
  mkdirSync(join(modules, '.cache'), { recursive: true })
  const fresh = mkdtempSync(`${home}-`)
  await unpackInto(fresh)
  writeFileSync(join(fresh, 'fonts', 'fonts.conf'), fontsOf(home))
  try {
    renameSync(fresh, home)
  } catch (error) {
    rmSync(fresh, { recursive: true })
    if (!existsSync(home)) throw error
  }
  return home
}

/**
 * The package unpacks into TMPDIR, and its system libraries only when it believes to be at Amazon. It reads both on import,
 * so it gets a process of its own.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = "const { default: packed } = await import('@sparticuz/chromium'); await packed.executablePath()"
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd: modules, env })
}

/** The package's own font settings name `/tmp/fonts`: with any other TMPDIR no text would be painted. */
function fontsOf(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, 'fonts', 'fonts')}</dir>
  <cachedir>${join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`
}
