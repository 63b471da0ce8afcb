import type { Request } from 'express'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readQuery } from '../../../handlers/http/read-input.ts'

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
