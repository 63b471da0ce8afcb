import { parse } from 'qs'
import { z } from 'zod'

/** An event as the portal posts it (`platform.md` 3.3). Every value is text; what else `auth` holds is left aside. */
export type PortalEvent = {
  /** Upper case. */
  event: string
  data: Record<string, unknown>
  /** Unix seconds, if the portal said. */
  ts: number | null
  auth: z.output<typeof authSchema>
}

const text = z.string().max(2000).optional().catch(undefined)

/** Who posts, in every call of a portal. */
export const authSchema = z.object({
  member_id: z.string().regex(/^[\w-]{1,64}$/),
  application_token: z.string().max(200).catch(''),
  access_token: text,
  refresh_token: text,
  expires_in: text,
  server_endpoint: text,
})

const eventSchema = z.object({
  event: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,100}$/)
    .transform((name) => name.toUpperCase()),
  data: z.record(z.string(), z.unknown()).catch({}),
  ts: z.coerce.number().int().positive().nullable().catch(null),
  auth: authSchema,
})

/** A form as PHP nests it. */
export function readTree(body: string): unknown {
  return parse(body, { depth: 10, arrayLimit: 1000, parameterLimit: 10_000, strictDepth: false })
}

/** Reads a posted event; `null` when it is none. Chat events go four levels deep with numbered lists. */
export function readEvent(body: string): PortalEvent | null {
  const read = eventSchema.safeParse(readTree(body))
  return read.success ? read.data : null
}

/** What a notice is about, in short: shown in lists of work, and never the customer's words. */
export function subjectOf({ event, data }: PortalEvent): string {
  const fields = recordOf(data.FIELDS)
  const chat = recordOf(recordOf(data.DATA).connector)
  const ids = [fields.ENTITY_TYPE_ID, fields.ID, data.CALL_ID, data.CONNECTOR, data.LINE, chat.chat_id]
  const known = ids.filter((id) => typeof id === 'string' && /^[\w.:|-]{1,100}$/.test(id))
  return `${event}:${known.join(':')}`
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
