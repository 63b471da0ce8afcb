import { setTimeout as sleep } from 'node:timers/promises'
import type { Portal } from '../../domain/portal.ts'
import { type Access, findAccess, openTokens, storeRefreshed, type TokenPair } from '../../store/access.ts'
import type { Db } from '../../store/database.ts'
import { findPortal, storeOauthServer, storePortalAddress } from '../../store/portals.ts'
import { holdRefresh, releaseRefresh } from '../../store/refresh-locks.ts'
import type { Sealer } from '../../store/sealing.ts'
import { portalEndpoint } from '../address.ts'
import type { PortalLog } from '../config.ts'
import { AccessRevokedError, PortalError, PortalUnavailableError, RejectedError } from '../errors/errors.ts'
import { type OAuthDeps, oauthTimeout } from './oauth.ts'
import { type RefreshPauses, recordFailedRefresh, refreshHeld } from './refresh-pauses.ts'
import { type Renewed, renewAnywhere } from './renew-anywhere.ts'
import { revokeAccess } from './revoke-access.ts'

export type RefreshDeps = OAuthDeps &
  Readonly<{
    db: Db
    sealer: Sealer
    log: PortalLog
    sleep: (ms: number) => Promise<unknown>
    /** Refreshes under way in this process, by portal and user. */
    underWay: Map<string, Refreshing>
    pauses: RefreshPauses
  }>

type Refreshing = Readonly<{ pair: Promise<TokenPair>; begunAt: number }>

/** Whose access, and the pair that served no longer. */
export type ExpiredPair = Readonly<{ portal: string; userId: number; issuedAt: Date }>

const pollEvery = 100

/** How long work waits for a refresh, milliseconds from its beginning. OAuth servers take less; a slow one must hold up nobody else. */
const enoughMs = 2000

/**
 * A pair that serves, after the given one did not: expired by the clock, or refused by the portal. One refresh at a time per user
 * over all processes: whoever finds a newer pair in the store uses that. The new pair is stored before anybody uses it.
 *
 * Throws `AccessRevokedError` (each allowed server refuses it as `invalid_grant`, there is nothing to refresh with, or the answer was somebody
 * else's: then the access is marked dead), `PortalUnavailableError` (OAuth down, slow, or its answer is none that is known; only this
 * user waits, and nobody asks again before a pause that grows), `AppRemovedError`. These two leave the access alive.
 */
export function refreshAccess(deps: RefreshDeps, stale: ExpiredPair): Promise<TokenPair> {
  return refreshing(deps, stale).pair
}

/**
 * As `refreshAccess`, for work that others wait behind: a refresh that takes its time goes on by itself, and whoever needs the pair
 * comes again later. Throws `PortalUnavailableError` then.
 */
export async function refreshWithin(deps: RefreshDeps, stale: ExpiredPair): Promise<TokenPair> {
  const { pair, begunAt } = refreshing(deps, stale)
  const timer = new AbortController()
  const left = Math.max(0, begunAt + enoughMs - performance.now())
  const slow = sleep(left, undefined, { signal: timer.signal }).then(() => {
    throw new PortalUnavailableError({ code: 'REFRESH_SLOW', text: 'the OAuth server takes long to renew this access' })
  })
  return Promise.race([pair, slow]).finally(() => {
    slow.catch(() => {})
    timer.abort()
  })
}

function refreshing(deps: RefreshDeps, stale: ExpiredPair): Refreshing {
  const key = `${stale.portal}/${stale.userId}`
  const known = deps.underWay.get(key)
  if (known !== undefined) return known
  const pair = refreshOnce(deps, stale).finally(() => deps.underWay.delete(key))
  // Who waited may have gone by then.
  pair.catch(() => {})
  const begun = { pair, begunAt: performance.now() }
  deps.underWay.set(key, begun)
  return begun
}

async function refreshOnce(deps: RefreshDeps, stale: ExpiredPair): Promise<TokenPair> {
  const { db, clock } = deps
  const holdFor = (deps.oauthTimeoutMs ?? oauthTimeout) * 1.5 * deps.config.oauthServers.length
  const giveUpAt = clock().getTime() + 2 * holdFor
  do {
    const access = await findAccess(db, stale.portal, stale.userId)
    if (access === null || !access.live) throw new AccessRevokedError({ code: 'NO_ACCESS' })
    const now = clock()
    if (access.issuedAt > stale.issuedAt && access.expiresAt > now) return openTokens(deps.sealer, access)
    const held = refreshHeld(deps.pauses, pairKey(access), now)
    if (held !== null) throw held
    const until = new Date(now.getTime() + holdFor)
    if (await holdRefresh(db, stale.portal, stale.userId, access.issuedAt, until, now)) {
      return renew(deps, access).finally(() => releaseRefresh(db, stale.portal, stale.userId, until))
    }
    await deps.sleep(pollEvery)
  } while (clock().getTime() < giveUpAt)
  throw new PortalUnavailableError({
    code: 'REFRESH_UNDER_WAY',
    text: 'another process refreshes this access and does not finish',
  })
}

async function renew(deps: RefreshDeps, access: Access): Promise<TokenPair> {
  const old = openTokens(deps.sealer, access)
  const portal = await findPortal(deps.db, access.portal)
  if (portal === null) throw new AccessRevokedError({ code: 'NO_PORTAL' })
  if (old.refreshToken === null) return dropAccess(deps, access, new AccessRevokedError({ code: 'NOT_RENEWABLE' }))
  const begunAt = deps.clock()
  let answer: Renewed
  try {
    answer = await renewAnywhere(deps, serversOf(deps, portal), old.refreshToken)
  } catch (error) {
    if (error instanceof AccessRevokedError) return dropAccess(deps, access, error)
    if (error instanceof PortalError) noteFailure(deps, access, error)
    throw error
  }
  if (answer.memberId !== access.portal || (answer.userId !== null && answer.userId !== access.userId)) {
    deps.log.warn({ portal: access.portal, userId: access.userId }, 'a refresh named another portal or user: dropped')
    const facts = { code: 'FOREIGN_ACCESS', text: 'the refresh token belongs to another user' }
    return dropAccess(deps, access, new AccessRevokedError(facts))
  }
  const pair: TokenPair = {
    accessToken: answer.accessToken,
    refreshToken: answer.refreshToken,
    expiresAt: answer.expiresAt,
    // By our clock, and later than the pair it replaces even when clocks differ.
    issuedAt: new Date(Math.max(begunAt.getTime(), access.issuedAt.getTime() + 1)),
    renewed: true,
  }
  const stored = await storeRefreshed(deps.db, deps.sealer, access, old, pair)
  if (answer.oauthServer !== portal.oauthServer) {
    await storeOauthServer(deps.db, portal.memberId, answer.oauthServer, deps.clock())
  }
  if (answer.endpoint !== null) await followAddressChange(deps, portal, answer.endpoint)
  return stored ? pair : useNewerPair(deps, access)
}

/** The server that answered for the portal last comes first. One that is allowed no more is not asked. */
function serversOf({ config }: RefreshDeps, { oauthServer }: Portal): string[] {
  const rank = (server: string) => (server === oauthServer ? 0 : 1)
  return config.oauthServers.toSorted((one, other) => rank(one) - rank(other))
}

function noteFailure(deps: RefreshDeps, access: Access, why: PortalError): void {
  const { portal, userId } = access
  recordFailedRefresh(deps.pauses, pairKey(access), why, deps.clock())
  deps.log.warn({ portal, userId, code: why.code, advice: why.advice }, 'An access could not be renewed now')
}

function pairKey({ portal, userId, issuedAt }: Access): string {
  return `${portal}/${userId}/${issuedAt.getTime()}`
}

/** The OAuth server's word is what proves a new address (`design.md` 8). One that is not allowed changes nothing. */
async function followAddressChange(deps: RefreshDeps, portal: Portal, given: string): Promise<void> {
  try {
    const endpoint = portalEndpoint(given, deps.config)
    if (endpoint === portal.endpoint) return
    await storePortalAddress(deps.db, portal.memberId, endpoint, deps.clock())
    deps.log.info({ portal: portal.memberId }, 'the portal has a new address')
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    deps.log.warn({ portal: portal.memberId, code: error.code }, 'the portal has an address that is not allowed')
  }
}

/** Marks the access dead, unless another pair has taken its place: then that one serves. */
async function dropAccess(deps: RefreshDeps, access: Access, why: AccessRevokedError): Promise<TokenPair> {
  if (!(await revokeAccess(deps.db, access, why.code, deps.clock()))) return useNewerPair(deps, access)
  deps.log.warn({ portal: access.portal, userId: access.userId, code: why.code }, 'An access is lost for good')
  throw why
}

async function useNewerPair(deps: RefreshDeps, access: Access): Promise<TokenPair> {
  const present = await findAccess(deps.db, access.portal, access.userId)
  if (present === null || !present.live) throw new AccessRevokedError({ code: 'NO_ACCESS' })
  return openTokens(deps.sealer, present)
}
