import { z } from 'zod'
import type { Job } from '../../queue/job.ts'
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

export type EventBody = z.output<typeof eventBodySchema>

/**
 * What a job of type `notice` points at. `unused`: an event that points at nothing the engine looks at. `malformed`: it is one, but its ids
 * are unreadable.
 */
export function parseEvent({ data, ...row }: Job<EventBody>): InboundEvent | 'unused' | 'malformed' {
  const { ts, earlier, source, entered = null, ...payload } = data
  const subject = parseSubject(payload)
  if (typeof subject === 'string') return subject
  const times = [...earlier, ...(ts === null ? [] : [ts])].map((seconds) => new Date(seconds * 1000).toISOString())
  return { row, payload, subject, at: ts === null ? null : (times.at(-1) ?? null), times, source, entered }
}
