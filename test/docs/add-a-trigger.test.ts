import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply, blocksOf, copySources } from './recipe.ts'

const packages = join(import.meta.dirname, '../../node_modules')
const blocks = blocksOf('docs/add-a-trigger.md')

/** Runs a tool of ours in the folder, as if nobody had started it from a test. */
function run(folder: string, ...args: string[]): { ok: boolean; output: string } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/.test(name)))
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  })
  return { ok: status === 0, output: stdout + stderr }
}

/** The compiler looks at all sources, and the machine may be busy; milliseconds. */
const patience = 180_000

const typeCheck = (folder: string) => run(folder, join(packages, 'typescript/bin/tsc'), '--noEmit')

describe('docs/add-a-trigger.md', () => {
  let folder: string
  beforeAll(() => {
    folder = copySources()
    for (const block of blocks) apply(folder, block)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('names the files of a kind: its code, its own, the registry, the texts, its page, its tests', () => {
    expect([...new Set(blocks.map(({ path }) => path))]).toEqual([
      'lib/domain/kind-code.ts',
      'lib/triggers/call-long.ts',
      'lib/triggers/index.ts',
      'lib/texts/en.json',
      'lib/texts/de.json',
      'lib/texts/ru.json',
      'app/texts/en.json',
      'app/texts/de.json',
      'app/texts/ru.json',
      'docs/kind-notes.ts',
      'test/lib/triggers/call-long.test.ts',
      'test/lib/texts.test.ts',
    ])
  })

  test('who follows it has a kind that compiles', { timeout: patience }, () => {
    expect(typeCheck(folder).output).toBe('')
  })

  test('and which has its page', () => {
    expect(run(folder, join(folder, 'docs/generate.ts')).output).toMatch(/pages in docs\/kinds/)
    expect(readFileSync(join(folder, 'docs/kinds/call-long.md'), 'utf8')).toContain('# Track long call')
  })

  test('its own test passes, and so do those of the texts, of the catalogue and of the pages', {
    timeout: patience,
  }, () => {
    const vitest = join(packages, 'vitest/vitest.mjs')
    const { ok, output } = run(folder, vitest, 'run', '--root', folder)
    expect(output.match(/^.*(?:FAIL|AssertionError).*$/gm)).toBeNull()
    expect(output).toMatch(/Test Files.* 5 passed/)
    expect(ok).toBe(true)
  })

  test('who forgets a step is told by the compiler', { timeout: patience }, () => {
    const incomplete = copySources()
    const forgotten = ['lib/triggers/index.ts', 'docs/kind-notes.ts', 'lib/texts/en.json']
    for (const block of blocks.filter(({ path }) => !forgotten.includes(path))) apply(incomplete, block)
    const { ok, output } = typeCheck(incomplete)
    rmSync(incomplete, { recursive: true, force: true })
    expect(ok).toBe(false)
    expect(output).toMatch(/lib\/triggers\/index\.ts.*'"?call-long"?'/)
    expect(output).toMatch(/docs\/kind-notes\.ts.*'"?call-long"?'/)
    expect(output).toMatch(/kinds\.call-long\.title/)
  })
})
