import { expect, test } from 'vitest'
import { createCounter } from '../../../lib/bitrix24/counter.ts'
import { fakeTime } from './fake-time.ts'

const limit = { most: 2, spanMs: 60_000, keys: 3 }

test('a key has room until so many were counted, and again when its span is over', async () => {
  const { clock, advance } = fakeTime()
  const counter = createCounter(limit, clock)
  counter.count('a')
  await advance(10_000)
  counter.count('a')
  expect([counter.waitFor('a'), counter.waitFor('b')]).toEqual([50_000, 0])
  await advance(50_000)
  expect(counter.waitFor('a')).toBe(0)
})

test('what turned out well is taken back', () => {
  const counter = createCounter(limit, fakeTime().clock)
  for (let n = 0; n < 10; n++) {
    counter.count('a')
    counter.refund('a')
  }
  counter.refund('nobody')
  expect(counter.waitFor('a')).toBe(0)
})

test('no more keys are remembered than that: who came longest ago is forgotten', () => {
  const counter = createCounter(limit, fakeTime().clock)
  for (const key of ['a', 'b', 'c', 'd']) for (let n = 0; n < 2; n++) counter.count(key)
  expect(['a', 'b', 'c', 'd'].map((key) => counter.waitFor(key) > 0)).toEqual([false, true, true, true])
})
