import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evenly, known } from './even-load.ts'

test('files that are named are there, each once', () => {
  expect(known.filter((name) => !existsSync(join(import.meta.dirname, `${name}.test.ts`)))).toEqual([])
  expect(known).toHaveLength(new Set(known).size)
})

test('every file has its turn once, and files of both sorts run beside each other from the beginning to the end', () => {
  const names = [...known, ...Array.from({ length: 200 }, (_, index) => `lib/file-${index}`)]
  const sorted = evenly(names.map((name) => ({ moduleId: `/stagecue/test/${name}.test.ts` })))
  const order = sorted.map(({ moduleId }) => moduleId.slice('/stagecue/test/'.length, -'.test.ts'.length))
  expect(order.toSorted()).toEqual(names.toSorted())
  const inBrowser = (part: string[]) => part.filter((name) => name.startsWith('browser/')).length
  for (const part of [order.slice(0, 8), order.slice(-80)]) {
    expect(inBrowser(part)).toBeGreaterThanOrEqual(2)
    expect(inBrowser(part)).toBeLessThanOrEqual(part.length - 2)
  }
})
