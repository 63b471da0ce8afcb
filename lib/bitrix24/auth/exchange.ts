import type { TokenPair } from '../../store/access.ts'
import { portalEndpoint } from '../address.ts'
import { PortalUnavailableError, RejectedError } from '../errors/errors.ts'
import type { OAuthDeps } from './oauth.ts'
import { renewAnywhere } from './renew-anywhere.ts'

/** A portal and a user as an OAuth server names them: the only way in which a portal becomes known (`design.md` 8). */
export type Exchanged = TokenPair &
  Readonly<{
    /** Checked, with trailing slash. */
    endpoint: string
    domain: string
    oauthServer: string
    memberId: string
    /** `null` when the server does not say: then `verify` tells. */
    userId: number | null
    refreshToken: string
    scope: string
  }>

/**
 * Exchanges a refresh token of a frame or an installation event for what the OAuth server knows of it. `serverEndpoint` is as
 * the portal gave it (`https://oauth.bitrix.info/rest/`); where it names none, each configured server is asked. Nothing is sent to
 * servers that are not configured: `RejectedError`. `limit` counts what is sent. Other errors as `renewAnywhere`. The given refresh token is used up.
 */
export async function exchangeRefreshToken(
  deps: OAuthDeps & Readonly<{ limit?: <T>(exchange: () => Promise<T>) => Promise<T> }>,
  serverEndpoint: string | undefined,
  refreshToken: string,
): Promise<Exchanged> {
  const servers = serverEndpoint === undefined ? deps.config.oauthServers : [originOf(serverEndpoint)]
  const issuedAt = deps.clock()
  const renew = () => renewAnywhere(deps, servers, refreshToken)
  const isSent = servers.some((server) => deps.config.oauthServers.includes(server))
  const answer = await (deps.limit && isSent ? deps.limit(renew) : renew())
  if (answer.endpoint === null) throw new PortalUnavailableError({ code: 'OAUTH_UNEXPECTED_ANSWER', status: 200 })
  if (!/^[\w-]{1,64}$/.test(answer.memberId)) throw new RejectedError({ code: 'ODD_MEMBER_ID' })
  const endpoint = portalEndpoint(answer.endpoint, deps.config)
  return { ...answer, endpoint, domain: new URL(endpoint).host, issuedAt, renewed: true }
}

function originOf(address: string): string {
  return URL.parse(address)?.origin ?? ''
}
