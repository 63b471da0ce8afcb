import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const named = [...readFileSync(new URL('SECURITY.md', root), 'utf8').matchAll(/`(test\/[\w/.-]+)`/g)].map(
  ([, path]) => path ?? '',
)

test('the tests that SECURITY.md names are there', () => {
  expect(named.length).toBeGreaterThan(20)
  for (const path of named) expect(existsSync(new URL(path, root)), path).toBe(true)
})

test('every test of an attack stands in SECURITY.md', () => {
  const tests = readdirSync(new URL('test/security', root)).filter((file) => file.endsWith('.test.ts'))
  expect(named).toEqual(expect.arrayContaining(tests.map((file) => `test/security/${file}`)))
})
