import type { ZodType } from 'zod'
import type { JobRow } from '../store/jobs.ts'
import type { Job } from './job.ts'

/** What the body of a job's row says, read by its schema; throws when it says something else. For rows that are not the handler's own jobs. */
export function readBody<Data>(schema: ZodType<Data>, row: Pick<JobRow, 'body'>): Data {
  return schema.parse(JSON.parse(row.body))
}

/** The row with what its body says; null: it says what no job of its type says. */
export function parseJob<Data>(schema: ZodType<Data>, row: JobRow): Job<Data> | null {
  const read = schema.safeParse(parsedJson(row.body))
  return read.success ? { ...row, data: read.data } : null
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
