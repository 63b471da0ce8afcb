import type { z } from 'zod'
import { ApiError } from './api-error.ts'

/** Where a list goes on, as text that only we read. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place that a cursor names; 422 when it is none of ours. */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined
  try {
    const read = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (read.success) return read.data
  } catch {
    // No JSON: no cursor of ours.
  }
  throw new ApiError('invalid', { faults: { cursor: { key: 'invalid.cursor' } } })
}
