import { z } from 'zod'
import { DEAL, ESTIMATE, eventSymbol, LEAD } from '../domain/entity-types.ts'
import type { EventPayload } from './kind.ts'

/** An item as an event names it, and what happened to it. */
export type ItemEvent = Readonly<{ entityTypeId: number; id: number; change: 'ADD' | 'UPDATE' }>

/** Smart processes and invoices share one event that says the type; the others have one of their own (`platform.md` 4.2). */
const typesByName = new Map([LEAD, DEAL, ESTIMATE].map((entityTypeId) => [eventSymbol(entityTypeId), entityTypeId]))

const id = z.coerce.number().int().positive()
const fieldsSchema = z.object({ FIELDS: z.object({ ID: id, ENTITY_TYPE_ID: id.optional() }) })

/** Reads the event of an item that was added or changed; null when it is none, `malformed` when its ids are unreadable. */
export function itemEvent(payload: EventPayload): ItemEvent | null | 'malformed' {
  const [, name = '', change] = /^ONCRM(LEAD|DEAL|QUOTE|DYNAMICITEM)(ADD|UPDATE)$/.exec(payload.event) ?? []
  if (change !== 'ADD' && change !== 'UPDATE') return null
  const fields = fieldsSchema.safeParse(payload.data).data?.FIELDS
  const entityTypeId = typesByName.get(name) ?? fields?.ENTITY_TYPE_ID
  if (fields === undefined || entityTypeId === undefined) return 'malformed'
  return { entityTypeId, id: fields.ID, change }
}
