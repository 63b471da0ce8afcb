import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The rooms from the ground up; what imports a room that stands to its right is told by `npm run check`. */
const rooms = [
  'lib/domain',
  'lib/triggers',
  'lib/store',
  'lib/bitrix24/client',
  'lib/queue',
  'lib/engine/move',
  'install',
  'lib/jobs/sweep',
  'lib/trigger-settings',
  'handlers/api',
]

/** Arrows that run up, or out of the product into what only stands beside it. */
const up = [
  ...rooms.flatMap((from, place) => rooms.slice(place + 1).map((to) => [from, to] as const)),
  ...rooms.flatMap((from) => ['test', 'app/form', 'bench'].map((to) => [from, to] as const)),
  ...['lib/engine/move', 'lib/store', 'lib/texts', 'handlers/api', 'install'].map((to) => ['app/form', to] as const),
  ...['lib/triggers', 'lib/texts', 'lib/links'].map((to) => ['lib/store', to] as const),
  ['lib/api', 'lib/store'] as const,
  ['lib/api', 'lib/triggers'] as const,
  ['lib/bitrix24/client', 'lib/triggers'] as const,
  ['lib/queue', 'lib/bitrix24/client'] as const,
  ['lib/queue', 'lib/triggers'] as const,
]

/** Arrows that run down, or from the pages to what is pure. */
const down = [
  ...rooms
    .filter((room) => room !== 'lib/domain' && room !== 'lib/triggers')
    .map((from) => [from, 'lib/domain'] as const),
  ['lib/triggers', 'lib/domain'],
  ['lib/bitrix24/client', 'lib/store'],
  ['lib/queue', 'lib/store'],
  ['lib/engine/move', 'lib/queue'],
  ['lib/engine/move', 'lib/bitrix24/client'],
  ['lib/engine/move', 'lib/triggers'],
  ['lib/jobs/sweep', 'lib/engine/move'],
  ['lib/jobs/sweep', 'install'],
  ['lib/trigger-settings', 'lib/jobs/sweep'],
  ['handlers/api', 'install'],
  ['handlers/api', 'lib/engine/move'],
  ['app/form', 'lib/domain'],
  ['app/form', 'lib/triggers'],
  ['app/form', 'lib/api'],
  ['lib/api', 'lib/domain'],
] as const

const nameOf = (from: string, to: string) => `${from}/to-${to.replaceAll('/', '-')}.ts`

describe('npm run check', () => {
  let folder: string
  let told: Set<string>
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stagecue-rooms-'))
    cpSync(join(import.meta.dirname, '../../biome.json'), join(folder, 'biome.json'))
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    write('.gitignore', 'node_modules\n')
    for (const [from, to] of [...up, ...down]) {
      write(`${to}/it.ts`, 'export const it = 1\n')
      write(nameOf(from, to), `export { it } from '${relative(from, to)}/it.ts'\n`)
    }
    write('lib/store/one.ts', "import type { Two } from './two.ts'\nexport type One = Two\n")
    write('lib/store/two.ts', "import type { One } from './one.ts'\nexport type Two = One[]\n")
    told = lint(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(up)('%s may not import %s', (from, to) => {
    expect([...told]).toContain(`${nameOf(from, to)} lint/style/noRestrictedImports`)
  })

  test.each(down)('%s may import %s', (from, to) => {
    expect([...told].filter((one) => one.startsWith(`${nameOf(from, to)} `))).toEqual([])
  })

  test('a circle is told, also one of types', () => {
    expect([...told]).toContain('lib/store/one.ts lint/suspicious/noImportCycles')
  })
})

/** What the linter finds there: `<file> <rule>`. */
function lint(folder: string): Set<string> {
  const biome = join(import.meta.dirname, '../../node_modules/@biomejs/biome/bin/biome')
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  return new Set(
    [...stdout.matchAll(/^::\w+ title=(lint\/[\w/]+),file=([^,]+),/gm)].map(
      ([, rule, file]) => `${relative(folder, file ?? '')} ${rule}`,
    ),
  )
}
