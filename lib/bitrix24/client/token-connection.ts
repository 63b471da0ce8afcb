import { portalEndpoint } from '../address.ts'
import type { PortalConfig } from '../config.ts'
import { AccessDead } from '../errors/errors.ts'
import type { Budget } from '../rate-limit/budget.ts'
import { createLink, type Link } from './connection.ts'
import { ofFewFacts } from './read-json.ts'
import type { RestLog } from './request-log.ts'
import type { Lane } from './rest.ts'
import type { Connections } from './sdk.ts'

export type TokenParts = Readonly<{
  config: PortalConfig
  connections: Connections
  budget: Budget
  restLog: RestLog
  clock: () => Date
  /** People wait for the answer unless it says otherwise. */
  lane?: Lane
  /** Somebody who opens a page: see `takeRequest`. */
  visitor?: boolean
}>

/** Whose portal is asked: its address must be a proven one, the stored or what an OAuth server just named. */
export type At = Readonly<{ memberId: string; endpoint: string }>

const anHour = 3_600_000

/** A link for a bare access token that came with a request: whose it is nobody knows yet, and it cannot be refreshed. */
export function tokenLink(parts: TokenParts, at: At, accessToken: string): Link {
  const target = {
    memberId: at.memberId,
    userId: 0,
    endpoint: portalEndpoint(at.endpoint, parts.config),
    bounds: ofFewFacts,
    tokens: { accessToken, expiresAt: new Date(Date.now() + anHour) },
  }
  const refresh = () => Promise.reject(new AccessDead({ code: 'expired_token', status: 401 }))
  return createLink(target, parts.clock(), { ...parts, lane: parts.lane ?? 'page', refresh })
}
