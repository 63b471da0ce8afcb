import type { Request } from 'express'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ApiError } from '../../../handlers/http/api-error.ts'
import { readBody, readQuery } from '../../../handlers/http/read-input.ts'

const schema = z.object({ search: z.string().max(20).optional() })
const read = (query: object) => readQuery(schema, { query } as Request)

test('a query is read without NUL, which PostgreSQL refuses in any text', () => {
  expect(read({ search: 'a\0b' })).toEqual({ search: 'ab' })
  expect(read({ search: '\0' })).toEqual({})
})

test.each([[{ search: ['a', 'b'] }], [{ search: { a: 'b' } }], [{ search: 'x'.repeat(21) }]])(
  '%j is refused as a wrong field',
  (query) => expect(() => read(query)).toThrow(expect.objectContaining({ code: 'invalid' })),
)

test('of names without end, and without an end of their own, few are named again, in short', () => {
  const body = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`${n}${'k'.repeat(n % 1000)}`, 1]))
  const refused = () => readBody(z.strictObject({}), { body } as Request)
  expect(refused).toThrow(expect.objectContaining({ code: 'invalid' }))
  try {
    refused()
  } catch (error) {
    const names = Object.keys((error as ApiError).faults ?? {})
    expect(names).toHaveLength(500)
    expect(Math.max(...names.map(({ length }) => length))).toBe(200)
  }
})
