import { expect, test } from 'vitest'
import { createSharedReads } from '../../../lib/queue/shared-reads.ts'

test('reads that come at the same time are one, and each gets its own answer', async () => {
  const asked: string[][] = []
  const read = createSharedReads(async (keys) => {
    asked.push(keys)
    return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()]))
  })
  expect(await Promise.all(['a', 'b', 'none', 'a'].map(read))).toEqual(['A', 'B', undefined, 'A'])
  expect(asked).toEqual([['a', 'b', 'none']])
})

test('who asks while another is read gets what is read after he asked', async () => {
  let value = 'old'
  const begun: PromiseWithResolvers<void>[] = []
  const read = createSharedReads(async (keys) => {
    const now = value
    const turn = Promise.withResolvers<void>()
    begun.push(turn)
    await turn.promise
    return new Map(keys.map((key) => [key, now]))
  })
  const before = read('a')
  await expect.poll(() => begun.length).toBe(1)
  value = 'new'
  const after = read('a')
  begun[0]?.resolve()
  await expect.poll(() => begun.length).toBe(2)
  begun[1]?.resolve()
  expect([await before, await after]).toEqual(['old', 'new'])
})

test('what cannot be read fails alone', async () => {
  const read = createSharedReads(async (keys) => {
    if (keys.includes('bad')) throw new Error('refused')
    return new Map(keys.map((key) => [key, 1]))
  })
  const ends = await Promise.allSettled(['a', 'bad', 'b'].map(read))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await read('a')).toBe(1)
})
