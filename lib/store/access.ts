import type { Selectable } from 'kysely'
import type { AccessTable } from './schema.ts'
import type { Sealer } from './seal.ts'

/** A pair of tokens as OAuth, a frame or an event gave it. */
export type TokenPair = Readonly<{
  accessToken: string
  /** `null`: an access that came with an event; it serves for its hour and cannot be renewed. */
  refreshToken: string | null
  expiresAt: Date
  /** When OAuth issued it. Of two pairs of one user the later one holds. */
  issuedAt: Date
  /** An OAuth server gave the refresh token to us; absent: nobody knows yet whether it is one. */
  renewed?: true
}>

/** A user's tokens for one portal, as stored. */
export type Access = Readonly<{
  portal: string
  userId: number
  name: string
  admin: boolean
  /** False: refused for good, withdrawn, or it was somebody else's. */
  live: boolean
  /** The portal refused it lately although it can be renewed: it is not used until then. */
  refusedUntil: Date | null
  /** How often in a row the portal did. */
  refusals: number
  expiresAt: Date
  issuedAt: Date
  usedAt: Date
  /** When the portal last said who this person is; null: a version said so that did not note it. */
  provenAt: Date | null
  /** Names the person's sessions; null until one was opened. */
  sid: string | null
  /** An OAuth server gave us the refresh token. */
  renewed: boolean
  /** When the pair was refused for good; null while it is live. */
  lostAt: Date | null
  /** Sealed; `openTokens` opens them. */
  sealed: Readonly<{ keyId: string; accessToken: string; refreshToken: string | null }>
}>

export function accessFromRow(row: Selectable<AccessTable>): Access {
  return {
    portal: row.portal,
    userId: row.user_id,
    name: row.name,
    admin: row.is_admin === 1,
    live: row.state === 'live',
    refusedUntil: row.refused_until === null ? null : new Date(row.refused_until),
    refusals: row.refusals,
    expiresAt: new Date(row.expires_at),
    issuedAt: new Date(row.issued_at),
    usedAt: new Date(row.used_at),
    provenAt: row.proven_at === null ? null : new Date(row.proven_at),
    sid: row.sid,
    renewed: row.renewed === 1,
    lostAt: row.lost_at === null ? null : new Date(row.lost_at),
    sealed: { keyId: row.key_id, accessToken: row.access_token, refreshToken: row.refresh_token },
  }
}

/** Can it be used at that moment? A dead access never can, one that rests can later. */
export function isUsable({ live, refusedUntil }: Access, now: Date): boolean {
  return live && (refusedUntil === null || refusedUntil <= now)
}

/** The pair in clear. Throws when the key that sealed it is no longer configured. */
export function openTokens(sealer: Sealer, access: Access): TokenPair {
  const { portal, userId, sealed } = access
  const open = (use: 'access' | 'refresh', box: string) => sealer.open({ portal, userId, use }, sealed.keyId, box)
  return {
    accessToken: open('access', sealed.accessToken),
    refreshToken: sealed.refreshToken === null ? null : open('refresh', sealed.refreshToken),
    expiresAt: access.expiresAt,
    issuedAt: access.issuedAt,
    ...(access.renewed ? { renewed: true } : {}),
  }
}

/** The columns that hold a pair. */
export function sealedColumns(sealer: Sealer, portal: string, userId: number, pair: TokenPair) {
  const access = sealer.seal({ portal, userId, use: 'access' }, pair.accessToken)
  const refresh = pair.refreshToken === null ? null : sealer.seal({ portal, userId, use: 'refresh' }, pair.refreshToken)
  return {
    access_token: access.box,
    refresh_token: refresh?.box ?? null,
    key_id: access.keyId,
    expires_at: pair.expiresAt.toISOString(),
    issued_at: pair.issuedAt.toISOString(),
    renewed: pair.renewed ? (1 as const) : (0 as const),
  }
}
