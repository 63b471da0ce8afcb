import { z } from 'zod'
import { batchResults } from './batch-results.ts'
import { commandLine } from './command.ts'
import { AccessDead, PortalUnavailable } from './errors.ts'
import { ask } from './link.ts'
import { type Profile, readProfile } from './read-profile.ts'
import { type At, type TokenParts, tokenLink } from './token-link.ts'

/** Whose access token it is, and for which app, in the portal's own words. */
export type Proven = Profile &
  Readonly<{
    appCode: string
    installed: boolean
    version: number
    paymentExpired: boolean
    lang: string
  }>

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
  const person = readProfile(profile.result)
  if (person === null) throw new AccessDead({ code: 'INACTIVE_USER' })
  const info = appSchema.safeParse(app.result)
  if (!info.success) throw new PortalUnavailable({ code: 'UNEXPECTED_ANSWER', text: 'app.info names no application' })
  return {
    ...person,
    appCode: info.data.CODE,
    installed: info.data.INSTALLED,
    version: info.data.VERSION,
    paymentExpired: info.data.PAYMENT_EXPIRED === 'Y',
    lang: info.data.LANGUAGE_ID ?? '',
  }
}
