import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply, blocksOf, copySources, forget, packages, patience, run, typeCheck } from './recipe.ts'

const blocks = blocksOf('docs/add-a-trigger.md')

describe('docs/add-a-trigger.md', () => {
  let folder: string
  beforeAll(() => {
    folder = copySources()
    for (const block of blocks) apply(folder, block)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('names the files of a kind: its own, the registry, the texts, its page, its tests', () => {
    expect([...new Set(blocks.map(({ path }) => path))]).toEqual([
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
    forget(folder, ['lib/triggers/index.ts', 'docs/kind-notes.ts', 'lib/texts/en.json'])
    const { ok, output } = typeCheck(folder)
    expect(ok).toBe(false)
    expect(output).toMatch(/lib\/triggers\/index\.ts.*'"?call-long"?'/)
    expect(output).toMatch(/docs\/kind-notes\.ts.*'"?call-long"?'/)
    expect(output).toMatch(/kinds\.call-long\.title/)
  })
})
