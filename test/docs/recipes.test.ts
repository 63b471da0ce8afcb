import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply, blocksOf, copySources, forget, packages, patience, run, typeCheck } from './recipe.ts'

/** Who follows both pages; they are followed in one folder, as the compiler takes most of a test's time and finds the faults of both at once. */
const kind = blocksOf('docs/add-a-trigger.md')
const source = blocksOf('docs/add-a-source.md')
const pathsOf = (blocks: typeof kind) => [...new Set(blocks.map(({ path }) => path))]

let folder: string
beforeAll(() => {
  folder = copySources()
  for (const block of [...kind, ...source]) apply(folder, block)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('docs/add-a-trigger.md names the files of a kind: its own, the registry, the texts, its page, its tests', () => {
  expect(pathsOf(kind)).toEqual([
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

test('docs/add-a-source.md names the files of a source: its folder, the registry, its test; none of them is of a kind', () => {
  expect(pathsOf(source)).toEqual([
    'lib/engine/sources/comment/source.ts',
    'lib/engine/sources/index.ts',
    'test/lib/engine/sources/comment.test.ts',
  ])
  expect(pathsOf(kind).filter((path) => pathsOf(source).includes(path))).toEqual([])
})

test('who follows them has a kind and a source that compile', { timeout: patience }, () => {
  expect(typeCheck(folder).output).toBe('')
})

test('and the kind has its page', () => {
  expect(run(folder, join(folder, 'docs/generate.ts')).output).toMatch(/pages in docs\/kinds/)
  expect(readFileSync(join(folder, 'docs/kinds/call-long.md'), 'utf8')).toContain('# Track long call')
})

describe('tests', () => {
  let told: ReturnType<typeof run>
  beforeAll(() => {
    const vitest = join(packages, 'vitest/vitest.mjs')
    // One process for all files: each would load the same anew.
    told = run(folder, vitest, 'run', '--root', folder, '--no-isolate', '--maxWorkers=1')
  }, patience)

  test('of the kind passes, and so do those of the texts, of the catalogue and of the pages', () => {
    expect(told.output.match(/^.*(?:FAIL|AssertionError).*$/gm)).toBeNull()
    expect(told.output).toMatch(/Test Files.* 6 passed/)
    expect(told.ok).toBe(true)
  })

  test('of the source passes: installer, intake and engine know its events', () => {
    expect(told.output).toMatch(/✓ .*comment\.test\.ts .*3 tests/)
  })
})

describe('who forgets a step is told by the compiler:', () => {
  let told: ReturnType<typeof run>
  beforeAll(() => {
    forget(folder, ['lib/triggers/index.ts', 'docs/kind-notes.ts', 'lib/texts/en.json', 'lib/engine/sources/index.ts'])
    told = typeCheck(folder, [
      'lib/triggers',
      'lib/engine/sources',
      'lib/trigger-settings/settings.ts',
      'docs/kind-notes.ts',
    ])
  }, patience)

  test('of the kind', () => {
    expect(told.ok).toBe(false)
    expect(told.output).toMatch(/lib\/triggers\/index\.ts.*'"?call-long"?'/)
    expect(told.output).toMatch(/docs\/kind-notes\.ts.*'"?call-long"?'/)
    expect(told.output).toMatch(/kinds\.call-long\.title/)
  })

  test('of the source', () => {
    expect(told.output).toMatch(/lib\/engine\/sources\/index\.ts.*'comment'/)
  })
})
