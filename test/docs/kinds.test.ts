import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kindNotes } from '../../docs/kind-notes.ts'
import { kindPages } from '../../docs/kind-pages.ts'
import { kindCodes, kinds } from '../../lib/triggers/index.ts'

const folder = join(import.meta.dirname, '../../docs/kinds')
const pages = kindPages()

describe('docs/kinds', () => {
  test('has a page for each kind and a first page, and no others', () => {
    expect(readdirSync(folder).toSorted()).toEqual([...pages.keys()].toSorted())
    expect(pages.size).toBe(kindCodes.length + 1)
  })

  test.each([...pages.keys()])('%s is up to date (else: npm run docs)', (name) => {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(pages.get(name))
  })

  test.each(kindCodes)('%s: every field of its own is explained, and no others', (code) => {
    const names = kinds[code].fields.map(({ name }) => name)
    expect(Object.keys(kindNotes[code].fields).toSorted()).toEqual(names.toSorted())
  })

  test('links lead to pages that exist', () => {
    for (const text of pages.values()) {
      for (const [, target = ''] of text.matchAll(/\]\(([\w-]+\.md)\)/g)) expect([...pages.keys()]).toContain(target)
    }
  })
})
