import { z } from 'zod'
import { batchResults } from './batch-results.ts'
import { commandLine } from './command.ts'
import { AccessDead, PortalUnavailable } from './errors.ts'
import { ask } from './link.ts'
import { type At, type TokenParts, tokenLink } from './token-link.ts'

/** Whose access token it is, and for which app, in the portal's own words. */
export type Proven = Readonly<{
  userId: number
  name: string
  /** May manage applications (`profile.ADMIN`). */
  admin: boolean
  appCode: string
  installed: boolean
  version: number
  paymentExpired: boolean
  lang: string
}>

/** Only what a portal writes for an active user: an inactive one's profile is empty (`platform.md` 1.8). */
const profileSchema = z.object({
  ID: z.coerce.number().int().positive(),
  ADMIN: z.union([z.boolean(), z.coerce.string()]).optional(),
  NAME: z.string().nullish(),
  LAST_NAME: z.string().nullish(),
})
const appSchema = z.object({
  CODE: z.string(),
  INSTALLED: z.boolean().catch(false),
  VERSION: z.coerce.number().catch(0),
  PAYMENT_EXPIRED: z.string().nullish(),
  LANGUAGE_ID: z.string().nullish(),
})

const commands = { profile: { method: 'profile' }, app: { method: 'app.info' } }

/**
 * Asks a portal, in one request, who a bare access token belongs to. Throws `AccessDead` when the portal refuses the token, else as
 * any call.
 */
export async function prove(parts: TokenParts, at: At, accessToken: string): Promise<Proven> {
  const now = parts.clock()
  const link = tokenLink(parts, at, accessToken)
  const cmd = Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, commandLine(command)]))
  const { payload } = await ask(link, 'batch', { halt: 0, cmd }, { writes: false, now })
  const { profile, app } = batchResults(commands, payload.result, now)
  if (!profile?.ok) throw profile?.error
  if (!app?.ok) throw app?.error
  const person = profileSchema.safeParse(profile.result)
  if (!person.success) throw new AccessDead({ code: 'INACTIVE_USER' })
  const info = appSchema.safeParse(app.result)
  if (!info.success) throw new PortalUnavailable({ code: 'UNEXPECTED_ANSWER', text: 'app.info names no application' })
  return {
    userId: person.data.ID,
    name: [person.data.NAME, person.data.LAST_NAME].filter(Boolean).join(' '),
    admin: ['true', '1', 'Y'].includes(String(person.data.ADMIN)),
    appCode: info.data.CODE,
    installed: info.data.INSTALLED,
    version: info.data.VERSION,
    paymentExpired: info.data.PAYMENT_EXPIRED === 'Y',
    lang: info.data.LANGUAGE_ID ?? '',
  }
}
