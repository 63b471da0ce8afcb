import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pages } from '../../../lib/bitrix24/client/batches.ts'

test('what is sent at a time loses nothing, keeps its order, and is never empty or larger than 50', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 400 }), (list) => {
      const sizes = pages(list).map(({ length }) => length)
      expect(pages(list).flat()).toEqual(list)
      expect(sizes.slice(0, -1).every((size) => size === 50)).toBe(true)
      expect(sizes.every((size) => size >= 1 && size <= 50)).toBe(true)
    }),
  )
})
