import { randomHex } from '../world/random.ts'

const REFRESH_DAYS = 180

/** An access token and the refresh token that came with it (platform.md 2). */
export interface Token {
  accessToken: string
  refreshToken: string
  memberId: string
  userId: number
  scope: string[]
  /** Milliseconds since 1970. */
  expiresAt: number
  refreshExpiresAt: number
  /** When the refresh token was used, null while it was not. */
  refreshedAt: number | null
  /** When the portal last asked the OAuth server about it, in milliseconds since 1970; null before its first use. */
  askedAt: number | null
  /** How many links of "event → REST with its token → event" led here (platform.md 10.15); 0 for ordinary tokens. */
  chain: number
}

/** A login that waits to be exchanged; valid for 30 seconds, once. */
export interface Code {
  memberId: string
  userId: number
  expiresAt: number
}

export interface TokenStore {
  byAccess: Map<string, Token>
  byRefresh: Map<string, Token>
  codes: Map<string, Code>
  /** Refresh tokens that an uninstallation took back. */
  revoked: Set<string>
  /** Access tokens that an uninstallation took back, with their portal. */
  revokedAccess: Map<string, string>
}

export function createTokenStore(): TokenStore {
  return { byAccess: new Map(), byRefresh: new Map(), codes: new Map(), revoked: new Set(), revokedAccess: new Map() }
}

/** Whom a token is made for. */
export interface TokenOwner {
  memberId: string
  userId: number
  scope: string[]
  seconds: number
  chain?: number
}

export function issueToken(store: TokenStore, owner: TokenOwner): Token {
  const token: Token = {
    accessToken: randomHex(70),
    refreshToken: randomHex(70),
    memberId: owner.memberId,
    userId: owner.userId,
    scope: owner.scope,
    expiresAt: Date.now() + owner.seconds * 1000,
    refreshExpiresAt: Date.now() + REFRESH_DAYS * 86_400_000,
    refreshedAt: null,
    askedAt: null,
    chain: owner.chain ?? 0,
  }
  store.byAccess.set(token.accessToken, token)
  store.byRefresh.set(token.refreshToken, token)
  return token
}

export function issueCode(store: TokenStore, memberId: string, userId: number): string {
  const code = randomHex(70)
  store.codes.set(code, { memberId, userId, expiresAt: Date.now() + 30_000 })
  return code
}

/** Takes a code out of the store: it serves once. */
export function takeCode(store: TokenStore, code: string): Code | undefined {
  const found = store.codes.get(code)
  store.codes.delete(code)
  return found && found.expiresAt > Date.now() ? found : undefined
}

/** All tokens of a portal (of one user), newest first; revoked ones are gone. */
export function tokensOf(store: TokenStore, memberId: string, userId?: number): Token[] {
  return [...store.byAccess.values()]
    .filter((token) => token.memberId === memberId && (userId === undefined || token.userId === userId))
    .reverse()
}

/** Lets access tokens expire; their refresh tokens go on working. */
export function expireTokens(store: TokenStore, memberId: string, userId?: number): void {
  for (const token of tokensOf(store, memberId, userId)) token.expiresAt = 0
}

/** Takes one access token back, and the refresh token that came with it. */
export function forgetToken(store: TokenStore, accessToken: string): void {
  const token = store.byAccess.get(accessToken)
  store.byAccess.delete(accessToken)
  if (token) store.byRefresh.delete(token.refreshToken)
}

/** Uninstalling takes every token back. */
export function revokeTokens(store: TokenStore, memberId: string): void {
  for (const token of tokensOf(store, memberId)) {
    forgetToken(store, token.accessToken)
    store.revoked.add(token.refreshToken)
    store.revokedAccess.set(token.accessToken, memberId)
  }
}
