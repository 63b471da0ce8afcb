import { z } from 'zod'
import { AnswerTooLargeError, ofFewFacts, readJson } from '../client/read-json.ts'
import type { PortalConfig } from '../config.ts'
import {
  AccessRevokedError,
  AppRemovedError,
  type ErrorFacts,
  type PortalError,
  PortalUnavailableError,
  RejectedError,
} from '../errors/errors.ts'
import { cleanText } from '../errors/text.ts'

/** How long an OAuth server may take, milliseconds. The SDK's own refresh would wait for ever (`libraries.md` 1, defect 7). */
export const oauthTimeout = 10_000

/** How long an access token serves where the server does not say, seconds (`platform.md` 2.1). */
const anHour = 3600

/** What an OAuth server says about a renewed access (`platform.md` 2.1). */
export type OAuthAnswer = Readonly<{
  /** The portal's REST address, as given; `null` when the server does not say. */
  endpoint: string | null
  memberId: string
  /** `null` when the server does not say whose access it is. */
  userId: number | null
  accessToken: string
  refreshToken: string
  expiresAt: Date
  scope: string
}>

/**
 * Only what nothing can be done without is demanded: the refresh token is used up by then, so an answer that is thrown away for an odd
 * date would cost the person's access.
 */
const answerSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  member_id: z.string().min(1),
  client_endpoint: z.string().min(1).nullable().catch(null),
  user_id: z.coerce.number().int().positive().nullable().catch(null),
  expires: z.coerce.number().positive().optional().catch(undefined),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  scope: z.string().catch(''),
})

export type OAuthDeps = Readonly<{ config: PortalConfig; clock: () => Date; oauthTimeoutMs?: number }>

/**
 * Renews an access at one of the configured OAuth servers. The secret travels in the body only and never follows a redirect.
 * Throws `RejectedError` (server not configured), `AccessRevokedError` (this server refuses the refresh token for good), `AppRemovedError` (it knows no
 * such app, or the app is not paid for), and `PortalUnavailableError` for everything else that is no answer, also refusals that are not
 * documented: they say nothing of the access.
 */
export async function renewAtOAuth(deps: OAuthDeps, server: string, refreshToken: string): Promise<OAuthAnswer> {
  if (!deps.config.oauthServers.includes(server)) {
    throw new RejectedError({
      code: 'OAUTH_SERVER_NOT_ALLOWED',
      text: 'the OAuth server is not one of B24_OAUTH_SERVERS',
    })
  }
  const askedAt = deps.clock()
  const { status, body } = await post(`${server}/oauth/token/`, deps.oauthTimeoutMs ?? oauthTimeout, {
    grant_type: 'refresh_token',
    client_id: deps.config.clientId,
    client_secret: deps.config.clientSecret,
    refresh_token: refreshToken,
  })
  const refusal = refusalOf(body, status)
  if (refusal !== null) throw oauthError(refusal)
  const read = answerSchema.safeParse(body)
  if (status !== 200 || !read.success) throw new PortalUnavailableError({ code: 'OAUTH_UNEXPECTED_ANSWER', status })
  const { data } = read
  // By our own clock where possible: `expires` is by the server's, and may be missing (`libraries.md` 1, defect 8).
  const inSeconds = data.expires_in ?? (data.expires === undefined ? anHour : data.expires - askedAt.getTime() / 1000)
  return {
    endpoint: data.client_endpoint,
    memberId: data.member_id,
    userId: data.user_id,
    accessToken: data.access_token,
    refreshToken: data.refresh_token,
    expiresAt: new Date(askedAt.getTime() + inSeconds * 1000),
    scope: data.scope,
  }
}

async function post(
  url: string,
  timeout: number,
  form: Record<string, string>,
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    })
    return { status: response.status, body: readJson(await textOf(response, ofFewFacts.bytes), ofFewFacts) }
  } catch (error) {
    if (error instanceof AnswerTooLargeError) throw new PortalUnavailableError({ code: 'OAUTH_ANSWER_TOO_LARGE' })
    const code = (error as Error).name === 'TimeoutError' ? 'OAUTH_TIMEOUT' : 'OAUTH_UNREACHABLE'
    throw new PortalUnavailableError({ code })
  }
}

/** Reads no further than so many bytes: what follows is not taken. */
async function textOf({ body }: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.length
    if (bytes > most) throw new AnswerTooLargeError()
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** A refusal as `platform.md` 2.3 writes it; null: none. */
function refusalOf(body: unknown, status: number): ErrorFacts | null {
  const { error, error_description: description } = refusalSchema.safeParse(body).data ?? {}
  return error === undefined ? null : { code: cleanText(error), text: cleanText(description), status }
}

const refusalSchema = z.object({ error: z.string().min(1), error_description: z.string().catch('') })

/** The HTTP status is not documented, so only the code counts. */
function oauthError(refusal: ErrorFacts): PortalError {
  if (refusal.code === 'invalid_grant') return new AccessRevokedError(refusal)
  if (refusal.code === 'invalid_client' || isUnpaid(refusal)) return new AppRemovedError(refusal)
  return new PortalUnavailableError(refusal)
}

/** The trial or the paid time is over: only the server that knows the portal says so. */
export function isUnpaid({ code }: Pick<ErrorFacts, 'code'>): boolean {
  return code.toUpperCase() === 'PAYMENT_REQUIRED'
}
