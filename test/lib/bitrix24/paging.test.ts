import { describe, expect, test } from 'vitest'
import { furtherStarts, readToEnd } from '../../../lib/bitrix24/client/paging.ts'

/** A list of so many rows in pages of ten, and how often it was asked; past its end it is empty, or begins anew. */
function listOf(count: number, pastEnd: 'empty' | 'first' = 'empty') {
  const all = Array.from({ length: count }, (_, index) => index)
  const starts: number[] = []
  const readPage = async (start: number) => {
    starts.push(start)
    return start >= count && pastEnd === 'first' ? all.slice(0, 10) : all.slice(start, start + 10)
  }
  const read = () => readToEnd(readPage, { keyOf: (row) => row, most: 20, size: 10 })
  return { all, starts, read }
}

describe('a list is read to its end', () => {
  test.each([0, 7, 10, 25, 30])('of %i rows, whatever comes past it', async (count) => {
    for (const pastEnd of ['empty', 'first'] as const) {
      const list = listOf(count, pastEnd)
      expect(await list.read()).toEqual(list.all)
      expect(list.starts.length).toBeLessThanOrEqual(Math.ceil(count / 10) + 1)
    }
  })

  test('but not for ever: rows that repeat end it, and so do too many pages', async () => {
    let asked = 0
    const page = (rowOf: (index: number) => number) => async () => {
      asked++
      return Array.from({ length: 10 }, (_, index) => rowOf(index))
    }
    const read = (rowOf: (index: number) => number) =>
      readToEnd(page(rowOf), { keyOf: (row) => row, most: 20, size: 10 })
    expect([await read((index) => index), asked]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 2])
    let last = 0
    asked = 0
    expect([(await read(() => last++)).length, asked]).toEqual([200, 20])
  })
})

test('pages behind the first, as many as the portal says but no more than can be', () => {
  expect([0, 50, 51, 130].map((total) => furtherStarts(total, 100))).toEqual([[], [], [50], [50, 100]])
  expect(furtherStarts(undefined, 100)).toEqual([])
  expect(furtherStarts(1e12, 100)).toHaveLength(99)
})
