import type { TokenPair } from '../store/access.ts'
import { portalEndpoint } from './address.ts'
import { Refused } from './errors.ts'
import { type OAuthDeps, renewAtOAuth } from './oauth.ts'

/** A portal and a user as an OAuth server names them: the only way in which a portal becomes known (`design.md` 8). */
export type Exchanged = TokenPair &
  Readonly<{
    /** Checked, with trailing slash. */
    endpoint: string
    domain: string
    oauthServer: string
    memberId: string
    /** `null` when the server does not say: then `prove` tells. */
    userId: number | null
    refreshToken: string
    scope: string
  }>

/**
 * Exchanges a refresh token of a frame or an installation event for what the OAuth server knows of it. `serverEndpoint` is as
 * the portal gave it (`https://oauth.bitrix.info/rest/`); nothing is sent to servers that are not configured: `Refused`. Other
 * errors as `renewAtOAuth`. The given refresh token is used up.
 */
export async function exchange(deps: OAuthDeps, serverEndpoint: string, refreshToken: string): Promise<Exchanged> {
  const oauthServer = URL.canParse(serverEndpoint) ? new URL(serverEndpoint).origin : ''
  const issuedAt = deps.clock()
  const answer = await renewAtOAuth(deps, oauthServer, refreshToken)
  if (!/^[\w-]{1,64}$/.test(answer.memberId)) throw new Refused({ code: 'ODD_MEMBER_ID' })
  const endpoint = portalEndpoint(answer.endpoint, deps.config)
  const { memberId, userId, accessToken, expiresAt, scope } = answer
  return {
    endpoint,
    domain: new URL(endpoint).host,
    oauthServer,
    memberId,
    userId,
    accessToken,
    refreshToken: answer.refreshToken,
    expiresAt,
    issuedAt,
    scope,
  }
}
