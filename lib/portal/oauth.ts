import { z } from 'zod'
import { cleanText } from './error-text.ts'
import { AccessDead, type PortalError, PortalRemoved, PortalUnavailable, Refused } from './errors.ts'
import type { PortalConfig } from './portal-config.ts'

/** How long an OAuth server may take, milliseconds. The SDK's own refresh would wait for ever (`libraries.md` 1, defect 7). */
export const oauthTimeout = 10_000

/** What an OAuth server says about a renewed access (`platform.md` 2.1). */
export type OAuthAnswer = Readonly<{
  /** The portal's REST address, as given. */
  endpoint: string
  memberId: string
  /** `null` when the server does not say whose access it is. */
  userId: number | null
  accessToken: string
  refreshToken: string
  expiresAt: Date
  scope: string
}>

const answerSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  client_endpoint: z.string().min(1),
  member_id: z.string().min(1),
  user_id: z.coerce.number().int().positive().optional(),
  expires: z.coerce.number().positive().optional(),
  expires_in: z.coerce.number().positive().optional(),
  scope: z.string().default(''),
})

export type OAuthDeps = Readonly<{ config: PortalConfig; clock: () => Date; oauthTimeoutMs?: number }>

/**
 * Renews an access at one of the configured OAuth servers. The secret travels in the body only and never follows a redirect.
 * Throws `Refused` (server not configured), `AccessDead` (refresh token refused), `PortalRemoved` (app or payment), and
 * `PortalUnavailable` (server down, slow or not an OAuth server).
 */
export async function renewAtOAuth(deps: OAuthDeps, server: string, refreshToken: string): Promise<OAuthAnswer> {
  if (!deps.config.oauthServers.includes(server)) {
    throw new Refused({ code: 'OAUTH_SERVER_NOT_ALLOWED', text: 'the OAuth server is not one of B24_OAUTH_SERVERS' })
  }
  const askedAt = deps.clock()
  const { status, body } = await post(`${server}/oauth/token/`, deps.oauthTimeoutMs ?? oauthTimeout, {
    grant_type: 'refresh_token',
    client_id: deps.config.clientId,
    client_secret: deps.config.clientSecret,
    refresh_token: refreshToken,
  })
  if (typeof body === 'object' && body !== null && 'error' in body) throw oauthError(body, status)
  const read = answerSchema.safeParse(body)
  if (status !== 200 || !read.success) throw new PortalUnavailable({ code: 'OAUTH_UNEXPECTED_ANSWER', status })
  const { data } = read
  // By our own clock where possible: `expires` is by the server's, and may be missing (`libraries.md` 1, defect 8).
  const inSeconds = data.expires_in ?? (data.expires === undefined ? 3600 : data.expires - askedAt.getTime() / 1000)
  return {
    endpoint: data.client_endpoint,
    memberId: data.member_id,
    userId: data.user_id ?? null,
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
    const text = await response.text()
    return { status: response.status, body: parse(text) }
  } catch (error) {
    const code = (error as Error).name === 'TimeoutError' ? 'OAUTH_TIMEOUT' : 'OAUTH_UNREACHABLE'
    throw new PortalUnavailable({ code })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** `platform.md` 2.3: the HTTP status is not documented, so only the code counts. */
function oauthError(body: object, status: number): PortalError {
  const { error, error_description: description } = body as { error?: unknown; error_description?: unknown }
  const facts = { code: cleanText(String(error)), text: cleanText(description), status }
  if (facts.code === 'invalid_grant') return new AccessDead(facts)
  if (facts.code === 'invalid_client' || facts.code.toUpperCase() === 'PAYMENT_REQUIRED')
    return new PortalRemoved(facts)
  if (status >= 500) return new PortalUnavailable(facts)
  return new Refused(facts)
}
