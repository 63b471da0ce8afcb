import { z } from 'zod'
import { idText } from '../../domain/portal-texts.ts'
import { batchWith } from '../client/batch-with-token.ts'
import type { Command, CommandResult } from '../client/rest.ts'
import type { PortalRef, TokenParts } from '../client/token-connection.ts'
import { AccessRevokedError, PortalUnavailableError } from '../errors/errors.ts'
import { type EventRow, eventRows } from '../event-rows.ts'
import { type Profile, readProfile } from './profile.ts'

/** Whose access token it is, and for which app, in the portal's own words. */
export type VerifiedUser = Profile &
  Readonly<{
    /** A visitor who is a guest of the extranet, say; an administrator is none, whatever he is called. */
    guest?: true
    appCode: string
    installed: boolean
    version: number
    paymentExpired: boolean
    lang: string
    /** Our handlers as `event.get` lists them to this visitor: an administrator sees all. Absent: the portal does not say. */
    handlers?: EventRow[]
  }>

const appSchema = z.object({
  CODE: idText,
  INSTALLED: z.boolean().catch(false),
  VERSION: z.coerce.number().catch(0),
  PAYMENT_EXPIRED: z.string().nullish(),
  LANGUAGE_ID: idText.nullish().catch(null),
})

const questions = { profile: { method: 'profile' }, app: { method: 'app.info' } }
const questionsToVisitors = { ...questions, current: { method: 'user.current' }, handlers: { method: 'event.get' } }

/**
 * Asks a portal, in one request, who a bare access token belongs to; of a `visitor` also whether he is a guest, and our
 * subscriptions. Throws `AccessRevokedError`
 * when the portal refuses the token, else as any call.
 */
export async function verifyToken(
  parts: TokenParts,
  at: PortalRef,
  accessToken: string,
  visitor = false,
): Promise<VerifiedUser> {
  const commands: Record<string, Command> = visitor ? questionsToVisitors : questions
  const { profile, app, current, handlers } = await batchWith(parts, at, accessToken, commands)
  if (!profile?.ok) throw profile?.error
  if (!app?.ok) throw app?.error
  const person = readProfile(profile.result)
  if (person === null) throw new AccessRevokedError({ code: 'INACTIVE_USER' })
  const info = appSchema.safeParse(app.result)
  if (!info.success)
    throw new PortalUnavailableError({ code: 'UNEXPECTED_ANSWER', text: 'app.info names no application' })
  return {
    ...person,
    ...(visitor && !person.admin && isGuest(current) ? { guest: true } : {}),
    appCode: info.data.CODE,
    installed: info.data.INSTALLED,
    version: info.data.VERSION,
    paymentExpired: info.data.PAYMENT_EXPIRED === 'Y',
    lang: info.data.LANGUAGE_ID ?? '',
    ...(handlers?.ok ? { handlers: eventRows(handlers.result) } : {}),
  }
}

/**
 * Is it somebody whom the portal counts among others than its employees? Where it does not say (the scope is missing, an older
 * portal), nobody is kept out.
 */
function isGuest(current: CommandResult | undefined): boolean {
  if (!current?.ok) return current?.error.code === 'allowed_only_intranet_user'
  const { USER_TYPE: type } = (current.result ?? {}) as { USER_TYPE?: unknown }
  return typeof type === 'string' && type !== '' && type !== 'employee'
}
