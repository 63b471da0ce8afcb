import { z } from 'zod'
import type { JobRow } from '../../store/jobs.ts'
import { CHAT_MESSAGE_EVENT, type ChatEvent, parseChatEvent } from '../../triggers/chat-event.ts'
import { itemEvent } from '../../triggers/item-event.ts'
import type { EventPayload } from '../../triggers/kind.ts'

/** What a notice points at: the portal is asked about it, the rest of the notice is a hint. */
export type Subject =
  | { type: 'activity'; id: number }
  | { type: 'call'; callId: string; activityId: number | null }
  | { type: 'item'; entityTypeId: number; id: number }
  | ({ type: 'message' } & ChatEvent)

/**
 * A stored notice, read; `at`: when the portal says that it happened, ISO 8601 UTC. One of source `sweep` is ours: it stands for what
 * the portal did not tell.
 */
export type InboundEvent = {
  row: JobRow
  hint: EventPayload
  subject: Subject
  at: string | null
  /** `at`, and when the same was told before while nobody had worked on it, oldest first. */
  times: string[]
  source: z.output<typeof sourceSchema>
  /** What a stage history told the sweep: a stage that the item entered, and may have left since. */
  entered: Entered | null
}

/** The portal's own notices say nothing. */
const sourceSchema = z.enum(['event', 'sweep']).default('event')

const enteredSchema = z.object({
  as: z.enum(['payment', 'change']),
  stageId: z.string(),
  categoryId: z.number().nullable(),
  at: z.string(),
  nth: z.number(),
})

/** An invoice was paid, or a watched stage changed; `at`: ISO 8601 UTC, `nth`: which change of that second it is. */
export type Entered = z.output<typeof enteredSchema>

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
const activitySchema = z.object({ FIELDS: z.object({ ID: z.coerce.number().int().positive() }) })
const callSchema = z.object({
  CALL_ID: z.string().min(1).max(255),
  CRM_ACTIVITY_ID: z.coerce.number().int().positive().nullish().catch(null),
})

/**
 * Reads a row of kind `notice`. `unused`: an event that points at nothing the engine looks at. `malformed`: it is one, but its ids
 * are unreadable.
 */
export function parseEvent(row: JobRow): InboundEvent | 'unused' | 'malformed' {
  const body = eventBodySchema.safeParse(JSON.parse(row.body))
  if (!body.success) return 'malformed'
  const { ts, earlier, source, entered = null, ...hint } = body.data
  const subject = subjectOf(hint)
  if (typeof subject === 'string') return subject
  const times = [...earlier, ...(ts === null ? [] : [ts])].map((seconds) => new Date(seconds * 1000).toISOString())
  return { row, hint, subject, at: ts === null ? null : (times.at(-1) ?? null), times, source, entered }
}

function subjectOf(hint: EventPayload): Subject | 'unused' | 'malformed' {
  if (hint.event === 'ONCRMACTIVITYADD' || hint.event === 'ONCRMACTIVITYUPDATE') {
    const data = activitySchema.safeParse(hint.data)
    return data.success ? { type: 'activity', id: data.data.FIELDS.ID } : 'malformed'
  }
  if (hint.event === 'ONVOXIMPLANTCALLEND') {
    const data = callSchema.safeParse(hint.data)
    if (!data.success) return 'malformed'
    const { CALL_ID: callId, CRM_ACTIVITY_ID: activityId } = data.data
    return { type: 'call', callId, activityId: activityId ?? null }
  }
  if (hint.event === CHAT_MESSAGE_EVENT) {
    const message = parseChatEvent(hint.data)
    return message === null ? 'malformed' : { type: 'message', ...message }
  }
  const event = itemEvent(hint)
  if (event === 'malformed') return 'malformed'
  return event === null ? 'unused' : { type: 'item', entityTypeId: event.entityTypeId, id: event.id }
}
