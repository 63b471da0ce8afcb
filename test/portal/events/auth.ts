import { serverEndpoint } from '../oauth/servers.ts'
import { forgetToken, issueToken } from '../oauth/token-store.ts'
import type { PortalState } from '../state.ts'
import type { EventBinding } from '../world/registration.ts'

/** Who caused an event, and how long the chain of events and calls is already. */
export interface Cause {
  /** Null: a customer, a robot, an agent. */
  userId: number | null
  /** Links of "event → REST with its token → event" so far; what is done by hand, or by nobody, has none. */
  chain?: number
  /** When it happened, for acts in the past; now by default. */
  at?: Date | undefined
}

export const NOBODY: Cause = { userId: null }

/** `ONSUBSCRIPTIONRENEW` and `ONOFFLINEEVENT` are the others; no app can bind them here. */
const WITH_REFRESH_TOKEN = new Set(['ONAPPINSTALL', 'ONAPPUPDATE', 'ONAPPTEST'])
const WITHOUT_ANY_TOKEN = new Set(['ONAPPUNINSTALL'])

/** The `auth` block of an event (platform.md 3.3, 10.14). */
export function eventAuth(portal: PortalState, event: string, binding: EventBinding, cause: Cause) {
  const userId = tokenUser(portal, event, binding, cause)
  const who = portalAuth(portal)
  if (userId === null) return who
  return { ...tokenAuth(portal, userId, WITH_REFRESH_TOKEN.has(event), (cause.chain ?? 0) + 1), ...who }
}

/** A fresh access token of a user as events and robot calls carry it. */
export function tokenAuth(portal: PortalState, userId: number, withRefresh: boolean, chain = 0) {
  const { emulator, world } = portal
  const token = issueToken(emulator.tokens, {
    memberId: portal.memberId,
    userId,
    scope: world.app.scope,
    seconds: emulator.tokenSeconds,
    chain,
  })
  return {
    access_token: token.accessToken,
    ...(withRefresh ? { refresh_token: token.refreshToken } : {}),
    expires: String(Math.floor(token.expiresAt / 1000)),
    expires_in: String(emulator.tokenSeconds),
    server_endpoint: serverEndpoint(portal),
    client_endpoint: `http://${portal.domain}/rest/`,
    scope: world.app.scope.join(','),
    status: world.app.status,
    user_id: String(userId),
  }
}

/** Tokens that nobody takes, as a rule's call may bring them whose user is gone (platform.md 5.10). */
export function refusedTokenAuth(portal: PortalState, userId: number) {
  const auth = tokenAuth(portal, userId, true)
  forgetToken(portal.emulator.tokens, auth.access_token)
  return auth
}

/** What every event says about the portal, also where nobody caused it (platform.md 3.3). */
export function portalAuth(portal: PortalState) {
  return {
    domain: portal.domain,
    member_id: portal.memberId,
    application_token: portal.world.app.applicationToken,
  }
}

/**
 * The handler's `auth_type` user if set, else whoever caused it, else nobody. Dismissed users get no token, customers in Open
 * Channels do (platform.md 4.4).
 */
function tokenUser(portal: PortalState, event: string, binding: EventBinding, cause: Cause): number | null {
  const { switches, world } = portal
  if (WITHOUT_ANY_TOKEN.has(event)) return null
  if (binding.authType && event === 'ONAPPTEST' && switches.appTestAuthWithAuthType === 'none') return null
  if (binding.authType && cause.userId === null && switches.anonymousEventAuthWithAuthType === 'none') return null
  const userId = binding.authType || cause.userId
  const user = userId === null ? undefined : world.users.get(userId)
  return user?.active ? user.id : null
}
