import { expect, test } from 'vitest'
import { whenPutBack } from '../../../lib/queue/when-put-back.ts'

const HOUR = 3_600_000

test('acts once the clock was put back, and goes on for two minutes: a turn of before may still write the old time', async () => {
  let now = Date.parse('2026-08-29T07:00:00.000Z')
  let elapsed = 0
  const acts: string[] = []
  let fails = false
  const look = whenPutBack(
    () => new Date(now),
    async (at) => {
      acts.push(at.toISOString().slice(11, 19))
      if (fails) throw new Error('The disk is full')
    },
    () => elapsed,
  )
  const after = async (ms: number, jump = 0) => {
    elapsed += ms
    now += ms + jump
    await look()
    return acts.splice(0)
  }
  expect(await after(1000)).toEqual([])
  expect(await after(1000, HOUR)).toEqual([])
  // As a time server corrects it.
  expect(await after(1000, -900)).toEqual([])
  expect(await after(1000, -HOUR)).toEqual(['07:00:03'])
  expect(await after(60_000)).toEqual(['07:01:03'])
  expect(await after(59_000)).toEqual(['07:02:02'])
  expect(await after(1000)).toEqual([])
  fails = true
  await expect(after(1000, -HOUR)).rejects.toThrow()
  fails = false
  expect(await after(1000)).toHaveLength(2)
})
