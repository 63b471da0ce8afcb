import type { Token } from '../oauth/token-store.ts'
import type { PortalState } from '../state.ts'
import type { User } from '../world/user.ts'
import { RestError } from './error.ts'

/** Whose call it is. */
export interface Caller {
  user: User
  token: Token
}

const ASKED_EVERY_MS = 3_600_000

/**
 * The owner of an access token, or the refusal of section 7: all are 401. A token is asked about at the OAuth server when it is used
 * first, and then about hourly; by the switch `oauthUnreachable` that fails for some seconds.
 */
export function authenticate(portal: PortalState, accessToken: unknown): Caller {
  askServer(portal, findToken(portal, accessToken))
  return ownerOfToken(portal, accessToken)
}

/** The owner of an access token, as the OAuth server knows him itself. */
export function ownerOfToken(portal: PortalState, accessToken: unknown): Caller {
  const token = findToken(portal, accessToken)
  if (!token) throw unknownToken(portal, accessToken)
  if (token.expiresAt <= Date.now()) throw unauthorized('expired_token', 'The access token provided has expired.')
  const user = portal.world.users.get(token.userId)
  if (!user?.active) throw unauthorized('authorization_error', 'Unable to authorize user')
  if (user.confirmed === false) throw unauthorized('ACCESS_DENIED', 'Access denied!')
  if (!portal.world.restAvailable) {
    throw unauthorized('ACCESS_DENIED', 'REST API is available only on commercial plans.')
  }
  if (!user.rights.app) throw unauthorized('user_access_error', 'The user does not have access to the application.')
  return { user, token }
}

/** The user of a token, for the log and for faults, whether or not the token still serves. */
export function userOfToken(portal: PortalState, accessToken: unknown): number | null {
  return findToken(portal, accessToken)?.userId ?? null
}

export function unauthorized(code: string, text: string): RestError {
  return new RestError(code, text, 401)
}

/** The outage begins when somebody is asked about first, and lasts as many seconds as the switch says. */
function askServer(portal: PortalState, token: Token | undefined): void {
  const now = Date.now()
  if (token?.askedAt && now - token.askedAt < ASKED_EVERY_MS) return
  const seconds = portal.switches.oauthUnreachable
  portal.unreachableSince = seconds > 0 ? (portal.unreachableSince ?? now) : null
  if (portal.unreachableSince !== null && now < portal.unreachableSince + seconds * 1000) {
    throw unauthorized('CONNECTION_ERROR', 'Error connecting to authorization server')
  }
  if (token) token.askedAt = now
}

/** The portal knows by itself that the app is gone, and nothing of other tokens. */
function unknownToken(portal: PortalState, accessToken: unknown): RestError {
  const { tokens } = portal.emulator
  const revoked = tokens.revokedAccess.get(String(accessToken ?? '')) === portal.memberId
  if (revoked && portal.world.app.state === 'absent') {
    return unauthorized('APPLICATION_NOT_FOUND', 'Application not found')
  }
  return unauthorized('NO_AUTH_FOUND', 'Wrong authorization data')
}

function findToken(portal: PortalState, accessToken: unknown): Token | undefined {
  const token = portal.emulator.tokens.byAccess.get(String(accessToken ?? ''))
  return token?.memberId === portal.memberId && portal.world.app.state !== 'absent' ? token : undefined
}
