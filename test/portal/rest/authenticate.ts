import type { Token } from '../oauth/token-store.ts'
import type { PortalState } from '../state.ts'
import type { User } from '../world/user.ts'
import { RestError } from './error.ts'

/** Whose call it is. */
export interface Caller {
  user: User
  token: Token
}

/** The owner of an access token, or the refusal of section 7. */
export function authenticate(portal: PortalState, accessToken: unknown): Caller {
  const token = findToken(portal, accessToken)
  if (!token) throw new RestError('NO_AUTH_FOUND', 'Wrong authorization data', 401)
  if (token.expiresAt <= Date.now()) throw new RestError('expired_token', 'The access token provided has expired.', 401)
  const user = portal.world.users.get(token.userId)
  if (!user?.active) throw new RestError('NO_AUTH_FOUND', 'Unable to authorize user', 401)
  if (!portal.world.restAvailable) {
    throw new RestError('ACCESS_DENIED', 'REST API is available only on commercial plans.', 403)
  }
  if (!user.rights.app) {
    throw new RestError('user_access_error', 'The user does not have access to the application.', 403)
  }
  return { user, token }
}

/** The user of a token, for the log and for faults, whether or not the token still serves. */
export function userOfToken(portal: PortalState, accessToken: unknown): number | null {
  return findToken(portal, accessToken)?.userId ?? null
}

function findToken(portal: PortalState, accessToken: unknown): Token | undefined {
  const token = portal.emulator.tokens.byAccess.get(String(accessToken ?? ''))
  return token?.memberId === portal.memberId && portal.world.app.state !== 'absent' ? token : undefined
}
