import type { ZodType } from 'zod'
import type { JobRow } from '../store/jobs.ts'

/** What a job's row says, read by its schema. The worker has looked at it before: what it gives to a handler fits. */
export function readBody<Body>(schema: ZodType<Body>, row: Pick<JobRow, 'body'>): Body {
  return schema.parse(JSON.parse(row.body))
}

/** Does the row say what jobs of its type say? */
export function fitsBody(schema: ZodType, { body }: Pick<JobRow, 'body'>): boolean {
  try {
    return schema.safeParse(JSON.parse(body)).success
  } catch {
    return false
  }
}
