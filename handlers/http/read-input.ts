import type { Request } from 'express'
import { z } from 'zod'
import { largestId } from '../../lib/domain/ids.ts'
import { fieldErrors } from '../../lib/texts/validation-errors.ts'
import { ApiError } from './api-error.ts'

/** The JSON body as its schema says; 400 when it is no object, 422 with every wrong field. */
export function readBody<T>(schema: z.ZodType<T>, request: Request): T {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError('bad-request')
  return checked(schema, body)
}

/** The query as its schema says; empty values count as left out, names that nobody knows are ignored, and NUL, which no database takes, goes. */
export function readQuery<T>(schema: z.ZodType<T>, request: Request): T {
  const given = Object.entries(request.query).map(([name, value]) => {
    return [name, typeof value === 'string' ? value.replaceAll('\0', '') : value] as const
  })
  return checked(schema, Object.fromEntries(given.filter(([, value]) => value !== '')))
}

/** A number in the path; what cannot be one of our ids does not exist. */
export function readId(request: Request, name = 'id'): number {
  const text = String(request.params[name])
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > largestId) throw new ApiError('not-found')
  return Number(text)
}

function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const read = schema.safeParse(input, { reportInput: true })
  if (read.success) return read.data
  throw new ApiError('invalid', { faults: fieldErrors(read.error) })
}

/** A whole number that came as text. */
export const numberInQuery = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  )

/** A time that came as text, as ISO 8601 UTC with milliseconds: text order is then time order. */
export const timeInQuery = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString())

/** How many rows a page has, and where it begins. */
export const pageInQuery = { limit: numberInQuery(1, 200).default(50), cursor: z.string().max(500).optional() }
