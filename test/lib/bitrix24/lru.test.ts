import { expect, it } from 'vitest'
import { createLru } from '../../../lib/bitrix24/lru.ts'

it('forgets what was not asked for longest', () => {
  const lru = createLru<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  lru.get('a')
  lru.set('c', 3)
  expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3])
})
