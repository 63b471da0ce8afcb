import { z } from 'zod'
import { pairsOf } from './posted-pairs.ts'

/** Which event a portal posts and who says so (`platform.md` 3.3); what happened is read when that is proven. */
export type PortalEvent = z.output<typeof eventSchema>

const text = z.string().max(2000).optional().catch(undefined)

/** Who posts, in every call of a portal. */
export const authSchema = z.object({
  member_id: z.string().regex(/^[\w-]{1,64}$/),
  /** Empty where there is none that a portal could have made. */
  application_token: z
    .string()
    .regex(/^[\w-]{1,200}$/)
    .catch(''),
  access_token: text,
  refresh_token: text,
  expires_in: text,
  server_endpoint: text,
})

const eventSchema = z.object({
  /** Upper case. */
  event: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,100}$/)
    .transform((name) => name.toUpperCase()),
  /** Unix seconds, if the portal said. */
  ts: z.coerce.number().int().positive().nullable().catch(null),
  auth: authSchema,
})

const authNames = new Set(Object.keys(authSchema.shape).map((name) => `auth[${name}]`))

/** Is it one of the pairs that say who posts? */
export function isAuth(name: string): boolean {
  return authNames.has(name)
}

/** What the pairs say of who posts, unchecked. */
export function authOf(pairs: ReadonlyMap<string, string>): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(authSchema.shape).map((name) => [name, pairs.get(`auth[${name}]`)]))
}

/** Reads which event was posted, and by whom; `null` when it is none. */
export function readEvent(body: string): PortalEvent | null {
  const pairs = pairsOf(body, (name) => name === 'event' || name === 'ts' || isAuth(name))
  return eventSchema.safeParse({ event: pairs.get('event'), ts: pairs.get('ts'), auth: authOf(pairs) }).data ?? null
}
