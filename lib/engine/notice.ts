import { z } from 'zod'
import type { WorkRow } from '../store/take-work.ts'
import { itemEvent } from '../triggers/item-event.ts'
import type { Hint } from '../triggers/kind.ts'

/** What a notice points at: the portal is asked about it, the rest of the notice is a hint. */
export type Subject =
  | { type: 'activity'; id: number }
  | { type: 'call'; callId: string; activityId: number | null }
  | { type: 'item'; entityTypeId: number; id: number }

/** A stored notice, read. */
export type Notice = { row: WorkRow; hint: Hint; subject: Subject }

const bodySchema = z.object({ event: z.string(), data: z.record(z.string(), z.unknown()) })
const activitySchema = z.object({ FIELDS: z.object({ ID: z.coerce.number().int().positive() }) })
const callSchema = z.object({
  CALL_ID: z.string().min(1).max(255),
  CRM_ACTIVITY_ID: z.coerce.number().int().positive().nullish().catch(null),
})

/**
 * Reads a row of kind `notice`. `unused`: an event that points at nothing the engine looks at. `malformed`: it is one, but its ids
 * are unreadable.
 */
export function parseNotice(row: WorkRow): Notice | 'unused' | 'malformed' {
  const body = bodySchema.safeParse(JSON.parse(row.body))
  if (!body.success) return 'malformed'
  const hint: Hint = body.data
  if (hint.event === 'ONCRMACTIVITYADD' || hint.event === 'ONCRMACTIVITYUPDATE') {
    const data = activitySchema.safeParse(hint.data)
    return data.success ? { row, hint, subject: { type: 'activity', id: data.data.FIELDS.ID } } : 'malformed'
  }
  if (hint.event === 'ONVOXIMPLANTCALLEND') {
    const data = callSchema.safeParse(hint.data)
    if (!data.success) return 'malformed'
    const { CALL_ID: callId, CRM_ACTIVITY_ID: activityId } = data.data
    return { row, hint, subject: { type: 'call', callId, activityId: activityId ?? null } }
  }
  const event = itemEvent(hint)
  if (event === 'malformed') return 'malformed'
  if (event !== null) return { row, hint, subject: { type: 'item', entityTypeId: event.entityTypeId, id: event.id } }
  return 'unused'
}
