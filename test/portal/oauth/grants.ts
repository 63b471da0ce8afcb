import type { Answer } from '../http/respond.ts'
import type { EmulatorState, PortalState, RefreshLogEntry } from '../state.ts'
import { portalsOf, serverEndpoint, serverOf } from './servers.ts'
import { issueToken, type Token, takeCode } from './token-store.ts'

type Params = Record<string, unknown>

/** A refusal of the OAuth server; what each means: platform.md 2.3. */
class OauthError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, description: string, status = 400) {
    super(description)
    this.code = code
    this.status = status
  }
}

/** `/oauth/token/`: a refresh token or an authorisation code becomes a new pair (platform.md 2.1, 2.2). */
export function grantToken(emulator: EmulatorState, server: string, params: Params): Answer {
  const grant = params.grant_type === 'authorization_code' ? 'authorization_code' : 'refresh_token'
  const entry: RefreshLogEntry = { at: new Date(), server, grant, memberId: null, userId: null, error: null }
  emulator.refreshes.push(entry)
  try {
    checkClient(emulator, params)
    const owner =
      grant === 'refresh_token' ? ownerOfRefresh(emulator, server, params) : ownerOfCode(emulator, server, params)
    Object.assign(entry, { memberId: owner.portal.memberId, userId: owner.userId })
    return { status: 200, json: pair(owner.portal, owner.userId, grant) }
  } catch (error) {
    if (!(error instanceof OauthError)) throw error
    entry.error = error.code
    return { status: error.status, json: { error: error.code, error_description: error.message } }
  }
}

interface Owner {
  portal: PortalState
  userId: number
}

type Person = Pick<Token, 'memberId' | 'userId'>

function checkClient(emulator: EmulatorState, params: Params): void {
  if (!['refresh_token', 'authorization_code'].includes(String(params.grant_type))) {
    throw new OauthError('invalid_request', 'The grant type was not specified in the request')
  }
  if (params.client_id !== emulator.clientId || params.client_secret !== emulator.clientSecret) {
    throw new OauthError('invalid_client', 'The client credentials are invalid', 401)
  }
}

/** Refresh tokens serve once; the switch `oldRefreshTokenGrace` lets a used one work a little longer. */
function ownerOfRefresh(emulator: EmulatorState, server: string, params: Params): Owner {
  const token = emulator.tokens.byRefresh.get(String(params.refresh_token ?? ''))
  if (!token) throw refusedToken(emulator, String(params.refresh_token ?? ''))
  const owner = checkOwner(emulator, server, token)
  const grace = owner.portal.switches.oldRefreshTokenGrace * 1000
  const usedUp = token.refreshedAt !== null && Date.now() >= token.refreshedAt + grace
  if (usedUp || token.refreshExpiresAt <= Date.now()) throw invalidGrant()
  token.refreshedAt ??= Date.now()
  return owner
}

function ownerOfCode(emulator: EmulatorState, server: string, params: Params): Owner {
  const code = takeCode(emulator.tokens, String(params.code ?? ''))
  if (!code) throw invalidGrant()
  return checkOwner(emulator, server, code)
}

/** The portal must be one of the server's, still have the app and have paid for it; the user must still work there. */
function checkOwner(emulator: EmulatorState, server: string, { memberId, userId }: Person): Owner {
  const portal = portalsOf(emulator, server).find((candidate) => candidate.memberId === memberId)
  if (!portal) throw invalidGrant()
  const { app, users } = portal.world
  if (app.paymentExpired) {
    throw new OauthError('PAYMENT_REQUIRED', 'Payment required', portal.switches.paymentRequiredStatus)
  }
  if (!users.get(userId)?.active) throw invalidGrant()
  return { portal, userId }
}

/** Tokens of a portal that removed the app are unknown, and so is the app there. */
function refusedToken(emulator: EmulatorState, refreshToken: string): OauthError {
  const revoked = emulator.tokens.revoked.has(refreshToken)
  return revoked ? new OauthError('invalid_client', 'The application is not installed', 401) : invalidGrant()
}

function invalidGrant(): OauthError {
  return new OauthError('invalid_grant', 'Invalid refresh token or authorization code')
}

function pair(portal: PortalState, userId: number, grant: string) {
  const { emulator, memberId, domain, world } = portal
  const token = issueToken(emulator.tokens, {
    memberId,
    userId,
    scope: world.app.scope,
    seconds: emulator.tokenSeconds,
  })
  const common = {
    access_token: token.accessToken,
    client_endpoint: `http://${domain}/rest/`,
    domain: new URL(serverOf(portal)).host,
    expires_in: emulator.tokenSeconds,
    member_id: memberId,
    refresh_token: token.refreshToken,
    scope: world.app.scope.join(','),
    server_endpoint: serverEndpoint(portal),
    status: world.app.status,
  }
  if (grant === 'authorization_code') return common
  return { ...common, expires: Math.floor(token.expiresAt / 1000), user_id: userId }
}
