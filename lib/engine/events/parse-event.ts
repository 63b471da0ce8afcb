import { z } from 'zod'
import type { JobRow } from '../../store/jobs.ts'
import { parseSubject } from '../sources/index.ts'
import { enteredSchema, type InboundEvent, sourceSchema } from './inbound-event.ts'

const secondsSchema = z.number().int().positive().max(9e9)

/** What a row of an inbound event says. */
export const eventBodySchema = z.object({
  event: z.string(),
  data: z.record(z.string(), z.unknown()),
  ts: secondsSchema.nullable().catch(null),
  earlier: z.array(secondsSchema).catch([]),
  source: sourceSchema,
  entered: enteredSchema.nullish(),
})

/**
 * Reads a row of type `notice`. `unused`: an event that points at nothing the engine looks at. `malformed`: it is one, but its ids
 * are unreadable.
 */
export function parseEvent(row: JobRow): InboundEvent | 'unused' | 'malformed' {
  const body = eventBodySchema.safeParse(JSON.parse(row.body))
  if (!body.success) return 'malformed'
  const { ts, earlier, source, entered = null, ...payload } = body.data
  const subject = parseSubject(payload)
  if (typeof subject === 'string') return subject
  const times = [...earlier, ...(ts === null ? [] : [ts])].map((seconds) => new Date(seconds * 1000).toISOString())
  return { row, payload, subject, at: ts === null ? null : (times.at(-1) ?? null), times, source, entered }
}
