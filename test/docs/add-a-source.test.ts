import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply, blocksOf, copySources, forget, packages, patience, run, typeCheck } from './recipe.ts'

const blocks = blocksOf('docs/add-a-source.md')

describe('docs/add-a-source.md', () => {
  let folder: string
  beforeAll(() => {
    folder = copySources()
    for (const block of blocks) apply(folder, block)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('names the files of a source: its folder, the registry, its test', () => {
    expect([...new Set(blocks.map(({ path }) => path))]).toEqual([
      'lib/engine/sources/comment/source.ts',
      'lib/engine/sources/index.ts',
      'test/lib/engine/sources/comment.test.ts',
    ])
  })

  test('who follows it has a source that compiles', { timeout: patience }, () => {
    expect(typeCheck(folder).output).toBe('')
  })

  test('whose events installer, intake and engine know: its test passes', { timeout: patience }, () => {
    const { ok, output } = run(folder, join(packages, 'vitest/vitest.mjs'), 'run', '--root', folder, 'comment.test.ts')
    expect(output).toMatch(/Tests.* 3 passed/)
    expect(ok).toBe(true)
  })

  test('who forgets its line is told by the compiler', { timeout: patience }, () => {
    forget(folder, ['lib/engine/sources/index.ts'])
    const { ok, output } = typeCheck(folder)
    expect(ok).toBe(false)
    expect(output).toMatch(/lib\/engine\/sources\/index\.ts.*'comment'/)
  })
})
