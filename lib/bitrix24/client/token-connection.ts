import { portalEndpoint } from '../address.ts'
import type { PortalConfig } from '../config.ts'
import { AccessRevokedError } from '../errors/errors.ts'
import type { Budget } from '../rate-limit/budget.ts'
import { type Connection, createConnection } from './connection.ts'
import { ofFewFacts } from './read-json.ts'
import type { RestLog } from './request-log.ts'
import type { Priority } from './rest.ts'
import type { HttpAgents } from './sdk.ts'

export type TokenParts = Readonly<{
  config: PortalConfig
  connections: HttpAgents
  budget: Budget
  restLog: RestLog
  clock: () => Date
  /** People wait for the answer unless it says otherwise. */
  lane?: Priority
  /** Somebody who opens a page: see `acquireRequest`. */
  visitor?: boolean
}>

/** Whose portal is asked: its address must be a proven one, the stored or what an OAuth server just named. */
export type PortalRef = Readonly<{ memberId: string; endpoint: string }>

const anHour = 3_600_000

/** A link for a bare access token that came with a request: whose it is nobody knows yet, and it cannot be refreshed. */
export function tokenConnection(parts: TokenParts, at: PortalRef, accessToken: string): Connection {
  const target = {
    memberId: at.memberId,
    userId: 0,
    endpoint: portalEndpoint(at.endpoint, parts.config),
    bounds: ofFewFacts,
    tokens: { accessToken, expiresAt: new Date(Date.now() + anHour) },
  }
  const refresh = () => Promise.reject(new AccessRevokedError({ code: 'expired_token', status: 401 }))
  return createConnection(target, parts.clock(), { ...parts, lane: parts.lane ?? 'page', refresh })
}
