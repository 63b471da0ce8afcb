import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchanged } from '../../bitrix24/auth/exchange.ts'
import type { VerifiedUser } from '../../bitrix24/auth/verify-token.ts'
import type { PortalClients } from '../../bitrix24/client/portal-clients.ts'
import {
  AccessRevokedError,
  AppRemovedError,
  PortalError,
  PortalUnavailableError,
  RejectedError,
} from '../../bitrix24/errors/errors.ts'
import type { Portal } from '../../domain/portal.ts'
import { retryMovesOnAccess } from '../../engine/move/retry-on-access.ts'
import type { Log } from '../../log.ts'
import { findAccess, isUsable, storeAccess, type TokenPair } from '../../store/access.ts'
import { addAudit } from '../../store/audit.ts'
import { boundAccess } from '../../store/bound-access.ts'
import { type Db, transact } from '../../store/database.ts'
import { setErasure } from '../../store/erasure.ts'
import { findPortal, storeApplicationToken, storePortal } from '../../store/portals.ts'
import type { Sealer } from '../../store/sealing.ts'
import { recordSeenPair } from '../../store/seen-refresh-tokens.ts'

type InterruptedPairs = Readonly<{
  get(refreshToken: string): Exchanged | undefined
  set(refreshToken: string, pair: Exchanged): unknown
  delete(refreshToken: string): unknown
}>

export type ProofParts = {
  db: Db
  clients: Pick<PortalClients, 'verify' | 'exchange'>
  sealer: Sealer
  clock: () => Date
  log: Log
  /** Pairs, by the refresh token that was given for them, that could not be proven as the portal could not be asked. */
  interrupted?: InterruptedPairs
}

/** What a frame or a lifecycle event says about itself. */
export type Credentials = {
  memberId: string
  accessToken?: string | undefined
  refreshToken?: string | undefined
  /** Seconds that the access token serves from `heardAt` on. */
  expiresIn: number
  serverEndpoint?: string | undefined
  /** The address that the frame names. Never called: it only tells that the portal may have moved. */
  domain?: string | undefined
  applicationToken?: string | undefined
  lang: string
  heardAt: Date
}

/** Who it was, proven; or why it is not believed. */
export type Proof = { ok: true; portal: Portal; user: VerifiedUser } | { ok: false; reason: RejectionReason }

export type RejectionReason =
  | 'no-tokens'
  | 'other-app'
  | 'other-portal'
  | 'other-user'
  | 'other-server'
  | 'guest'
  | 'refused'

/** Access tokens serve for an hour (`platform.md` 2.1). */
const hour = 3600

/** How long the page that was faster may take, milliseconds: looked at again after each. */
const otherPageWaits = [0, 100, 200, 400, 800]

/**
 * Proves a claim as `design.md` 7 (`POST /api/session`) says and stores what is proven: the portal, the user's access, and an
 * administrator's application_token. Throws `PortalError` when the portal or its OAuth server cannot be asked now.
 */
export async function authenticate(parts: ProofParts, credentials: Credentials): Promise<Proof> {
  const portal = await findPortal(parts.db, credentials.memberId)
  const proof = await (portal && portal.status !== 'uninstalled'
    ? verifyKnown(parts, credentials, portal)
    : verifyUnknown(parts, credentials))
  if (!proof.ok) return proof
  await updateApplicationToken(parts, credentials, proof)
  await liftErasure(parts, proof)
  return proof
}

/** The portal's stored address is asked whose token it is; the address that the claim names is not. */
async function verifyKnown(parts: ProofParts, credentials: Credentials, portal: Portal): Promise<Proof> {
  if (credentials.accessToken === undefined) return { ok: false, reason: 'no-tokens' }
  let user: VerifiedUser
  try {
    user = await parts.clients.verify(portal, credentials.accessToken)
  } catch (error) {
    if (mayHaveMoved(error, credentials, portal)) return verifyUnknown(parts, credentials)
    return rejectionOf(error)
  }
  if (portal.appCode !== null && user.appCode !== portal.appCode) return { ok: false, reason: 'other-app' }
  if (user.guest) return { ok: false, reason: 'guest' }
  await keepAccess(parts, credentials.memberId, user, await pairOf(parts, credentials, user.userId))
  return { ok: true, portal, user }
}

/** Only an allowed OAuth server's word makes a portal known, or tells its new address. */
async function verifyUnknown(parts: ProofParts, credentials: Credentials): Promise<Proof> {
  if (credentials.refreshToken === undefined) return { ok: false, reason: 'no-tokens' }
  const { refreshToken } = credentials
  let exchanged = parts.interrupted?.get(refreshToken)
  let user: VerifiedUser
  try {
    exchanged ??= await parts.clients.exchange(credentials.serverEndpoint || undefined, refreshToken)
    if (exchanged.memberId !== credentials.memberId) return { ok: false, reason: 'other-portal' }
    user = await parts.clients.verify(exchanged, exchanged.accessToken)
    parts.interrupted?.delete(refreshToken)
  } catch (error) {
    // The refresh token is used up: whoever shows it again in a moment goes on where this broke off.
    if (exchanged && error instanceof PortalError && error.retriable) parts.interrupted?.set(refreshToken, exchanged)
    return (await verifiedMeanwhile(parts, credentials, error)) ?? rejectionOf(error)
  }
  if (exchanged.userId !== null && exchanged.userId !== user.userId) return { ok: false, reason: 'other-user' }
  const known = await findPortal(parts.db, credentials.memberId)
  if (known?.appCode && known.status !== 'uninstalled' && known.appCode !== user.appCode)
    return { ok: false, reason: 'other-app' }
  if (user.guest) return { ok: false, reason: 'guest' }
  await storePortal(
    parts.db,
    {
      ...exchanged,
      appCode: user.appCode,
      lang: credentials.lang,
      scope: exchanged.scope.split(/[\s,]+/).filter(Boolean),
    },
    parts.clock(),
  )
  // The pair that was used up must not come back when the page is loaded again.
  await recordSeenPair(
    parts.db,
    credentials.memberId,
    user.userId,
    refreshToken,
    new Date(credentials.heardAt.getTime() - 1),
  )
  await keepAccess(parts, credentials.memberId, user, exchanged)
  const portal = await findPortal(parts.db, credentials.memberId)
  return portal ? { ok: true, portal, user } : { ok: false, reason: 'refused' }
}

/**
 * Two pages that open at once bring the same refresh token: the second finds it used up, and the portal known as soon as the
 * first, perhaps in another process, is through.
 */
async function verifiedMeanwhile(parts: ProofParts, credentials: Credentials, error: unknown): Promise<Proof | null> {
  if (!(error instanceof AccessRevokedError) || credentials.accessToken === undefined) return null
  for (const wait of otherPageWaits) {
    await sleep(wait)
    const portal = await findPortal(parts.db, credentials.memberId)
    if (!portal || portal.status === 'uninstalled') continue
    try {
      const user = await parts.clients.verify(portal, credentials.accessToken)
      if (user.guest) return { ok: false, reason: 'guest' }
      return user.appCode === portal.appCode ? { ok: true, portal, user } : null
    } catch (thrown) {
      return rejectionOf(thrown)
    }
  }
  return null
}

/** A redirect, or silence at the old address while the frame names a new one. */
function mayHaveMoved(error: unknown, credentials: Credentials, portal: Portal): boolean {
  if (!(error instanceof PortalError) || credentials.refreshToken === undefined) return false
  if (error.status >= 301 && error.status <= 308) return true
  return (
    error instanceof PortalUnavailableError && credentials.domain !== undefined && credentials.domain !== portal.domain
  )
}

async function pairOf(parts: ProofParts, credentials: Credentials, userId: number): Promise<TokenPair> {
  const left = Math.min(Math.max(credentials.expiresIn, 1), hour)
  const issuedAt = new Date(credentials.heardAt.getTime() - (hour - left) * 1000)
  const refreshToken = credentials.refreshToken ?? null
  const seenAt = refreshToken && (await recordSeenPair(parts.db, credentials.memberId, userId, refreshToken, issuedAt))
  return {
    accessToken: credentials.accessToken ?? '',
    refreshToken,
    expiresAt: new Date(credentials.heardAt.getTime() + left * 1000),
    issuedAt: seenAt || issuedAt,
  }
}

async function keepAccess(parts: ProofParts, portal: string, user: VerifiedUser, pair: TokenPair): Promise<void> {
  const { userId, name, admin } = user
  const now = parts.clock()
  const before = await findAccess(parts.db, portal, userId)
  const stored = await storeAccess(parts.db, parts.sealer, { portal, userId, name, admin }, pair, now)
  if (before === null) {
    const gone = await boundAccess(parts.db, portal)
    if (gone > 0)
      parts.log.warn({ portal, gone }, 'More people than are kept: those whose access was used longest ago went')
  }
  const served = before && isUsable(before, now) && (before.sealed.refreshToken !== null || before.expiresAt > now)
  if (stored && !served) await retryMovesOnAccess(parts.db, portal, { userId, admin }, now)
}

/** An administrator's page or event may bring the first or a new token. */
async function updateApplicationToken(
  parts: ProofParts,
  credentials: Credentials,
  proof: Proof & { ok: true },
): Promise<void> {
  const { applicationToken, memberId } = credentials
  if (!proof.user.admin || !applicationToken || applicationToken === proof.portal.applicationToken) return
  const now = parts.clock()
  await storeApplicationToken(parts.db, memberId, applicationToken, now)
  await addAudit(parts.db, memberId, { userId: proof.user.userId, action: 'application-token-stored', detail: {} }, now)
}

/** Somebody uses the app in a portal that was to be erased: it is there. */
async function liftErasure(parts: ProofParts, { portal, user }: Proof & { ok: true }): Promise<void> {
  if (portal.eraseAt === null) return
  const { memberId } = portal
  await transact(parts.db, async (tx) => {
    await setErasure(tx, memberId, null)
    await addAudit(tx, memberId, { userId: user.userId, action: 'erasure-lifted', detail: {} }, parts.clock())
  })
}

/** Refused for good is an answer; anything else is thrown on, to be tried later. */
function rejectionOf(error: unknown): Proof {
  if (error instanceof RejectedError && error.code === 'OAUTH_SERVER_NOT_ALLOWED')
    return { ok: false, reason: 'other-server' }
  if (error instanceof AccessRevokedError || error instanceof RejectedError || error instanceof AppRemovedError) {
    return { ok: false, reason: 'refused' }
  }
  if (error instanceof PortalError && !error.retriable) return { ok: false, reason: 'refused' }
  throw error
}
