import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { AccessTable, Flag } from './schema.ts'
import type { Sealer } from './sealing.ts'

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
  verifiedAt: Date | null
  /** Names the person's sessions; null until one was opened. */
  sid: string | null
  /** An OAuth server gave us the refresh token. */
  renewed: boolean
  /** When the pair was refused for good; null while it is live. */
  lostAt: Date | null
  /** Sealed; `openTokens` opens them. */
  sealed: Readonly<{ keyId: string; accessToken: string; refreshToken: string | null }>
}>

/** Columns of an `Access`. */
export const accessColumns = [
  'access.portal',
  'access.user_id',
  'access.name',
  'access.is_admin',
  'access.state',
  'access.refused_until',
  'access.refusals',
  'access.expires_at',
  'access.issued_at',
  'access.used_at',
  'access.proven_at',
  'access.sid',
  'access.renewed',
  'access.lost_at',
  'access.key_id',
  'access.access_token',
  'access.refresh_token',
] as const

export function accessFromRow(row: Omit<Selectable<AccessTable>, 'refreshing_until'>): Access {
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
    verifiedAt: row.proven_at === null ? null : new Date(row.proven_at),
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

/** A user's access, live or dead; `null` when there never was one. */
export async function findAccess(db: Db, portal: string, userId: number): Promise<Access | null> {
  const row = await db
    .selectFrom('access')
    .selectAll()
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row ? accessFromRow(row) : null
}

/** Everybody's access to a portal, live and dead, by user id: who can be acted as, and what the status page shows. */
export async function listAccess(db: Db, portal: string): Promise<Access[]> {
  const rows = await db.selectFrom('access').selectAll().where('portal', '=', portal).orderBy('user_id').execute()
  return rows.map(accessFromRow)
}

/** Access that can be renewed and was not since then. */
export async function listIdleAccess(db: Db, portal: string, since: Date): Promise<Access[]> {
  const rows = await db
    .selectFrom('access')
    .selectAll()
    .where('portal', '=', portal)
    .where('state', '=', 'live')
    .where('refresh_token', 'is not', null)
    .where('issued_at', '<', since.toISOString())
    .orderBy('issued_at')
    .execute()
  return rows.map(accessFromRow)
}

/** Names of users who have given access, by id. */
export async function listNames(db: Db, portal: string, userIds: number[]): Promise<Map<number, string>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('access')
    .select(['user_id', 'name'])
    .where('portal', '=', portal)
    .where('user_id', 'in', userIds)
    .where('name', '<>', '')
    .execute()
  return new Map(rows.map((row) => [row.user_id, row.name]))
}

/** Whose pair it is. */
export type AccessOwner = Readonly<{ portal: string; userId: number; name: string; admin: boolean }>

/**
 * Keeps a user's pair unless a newer one is there; a dead access becomes live again by a newer pair, but not the sessions that were
 * opened before it died. A pair that cannot be renewed never takes the place of a live one that can, which in turn takes its place
 * however old it is. Returns whether it was kept. Name and role are brought up to date in any case: the portal has just said them.
 */
export async function storeAccess(
  db: Db,
  sealer: Sealer,
  owner: AccessOwner,
  pair: TokenPair,
  now: Date,
): Promise<boolean> {
  const isAdmin: Flag = owner.admin ? 1 : 0
  // The portal has just answered for this person.
  const person = {
    name: owner.name,
    is_admin: isAdmin,
    proven_at: now.toISOString(),
    refused_until: null,
    refusals: 0,
  }
  const sid = randomUUID()
  const tokens = {
    ...sealedColumns(sealer, owner.portal, owner.userId, pair),
    state: 'live' as const,
    refreshing_until: null,
    used_at: now.toISOString(),
    lost_at: null,
  }
  const issuedAt = tokens.issued_at
  const stored = await db
    .insertInto('access')
    .values({ portal: owner.portal, user_id: owner.userId, ...person, ...tokens, sid })
    .onConflict((conflict) =>
      conflict
        .columns(['portal', 'user_id'])
        .doUpdateSet((eb) => ({
          ...person,
          ...tokens,
          sid: eb
            .case()
            .when(eb.or([eb('access.state', '=', 'dead'), eb('access.sid', 'is', null)]))
            .then(sid)
            .else(eb.ref('access.sid'))
            .end(),
        }))
        .where((eb) =>
          eb.or([
            eb.and([eb('access.state', '=', 'dead'), eb('access.issued_at', '<', issuedAt)]),
            eb.and([
              eb('access.state', '=', 'live'),
              pair.refreshToken === null
                ? eb.and([eb('access.issued_at', '<=', issuedAt), eb('access.refresh_token', 'is', null)])
                : eb.or([eb('access.issued_at', '<=', issuedAt), eb('access.refresh_token', 'is', null)]),
            ]),
          ]),
        ),
    )
    .returning('user_id')
    .executeTakeFirst()
  if (stored !== undefined) return true
  await db
    .updateTable('access')
    .set((eb) => ({ ...person, sid: eb.fn.coalesce('sid', eb.val(sid)) }))
    .where('portal', '=', owner.portal)
    .where('user_id', '=', owner.userId)
    .execute()
  return false
}

/**
 * Puts a refreshed pair in the place of the one it came from, and ends the right to refresh. Returns false when a newer pair has
 * taken that place meanwhile, which then stays.
 */
export async function storeRefreshed(
  db: Db,
  sealer: Sealer,
  owner: Readonly<{ portal: string; userId: number }>,
  from: TokenPair,
  pair: TokenPair,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access')
    .set({ ...sealedColumns(sealer, owner.portal, owner.userId, pair), refreshing_until: null })
    .where('portal', '=', owner.portal)
    .where('user_id', '=', owner.userId)
    .where('issued_at', '=', from.issuedAt.toISOString())
    .where('state', '=', 'live')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What the portal says of a person who has given access; `now`: it was asked just now. */
export async function storeRole(
  db: Db,
  portal: string,
  { userId, name, admin }: { userId: number; name: string; admin: boolean },
  now?: Date,
): Promise<void> {
  await db
    .updateTable('access')
    .set({ name, is_admin: admin ? 1 : 0, ...(now && { proven_at: now.toISOString() }) })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .execute()
}

/** Remembers that a user's access served: of several administrators the last one reads. */
export async function touchAccess(db: Db, portal: string, userId: number, now: Date): Promise<void> {
  await db
    .updateTable('access')
    .set({ used_at: now.toISOString(), refused_until: null, refusals: 0 })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('used_at', '<', now.toISOString())
    .execute()
}

/** The first rest and the longest one, milliseconds; each further refusal doubles it. */
const first = 60_000

const maxPauseMs = 6 * 3_600_000

/** The portal refuses an access that is alive: it rests, unless another pair has taken its place meanwhile. */
export async function restAccess(db: Db, { portal, userId, issuedAt, refusals }: Access, now: Date): Promise<void> {
  const until = new Date(now.getTime() + Math.min(maxPauseMs, first * 2 ** refusals))
  await db
    .updateTable('access')
    .set({ refused_until: until.toISOString(), refusals: refusals + 1 })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('issued_at', '=', issuedAt.toISOString())
    .execute()
}

/**
 * The pair issued at that moment serves no longer: its tokens are erased. Returns false when another pair has taken its place
 * meanwhile, which then stays.
 */
export async function markAccessDead(
  db: Db,
  portal: string,
  userId: number,
  issuedAt: Date,
  lostAt?: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access')
    .set({
      state: 'dead',
      access_token: '',
      refresh_token: null,
      refreshing_until: null,
      lost_at: lostAt?.toISOString() ?? null,
    })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('issued_at', '=', issuedAt.toISOString())
    .where('state', '=', 'live')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** A user withdraws the access to act as him. Returns whether there was one. */
export async function deleteAccess(db: Db, portal: string, userId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('access')
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Access that was given for an hour which is over cannot be renewed: its rows go, as nobody has to give it again. */
export async function forgetLapsedAccess(db: Db, portal: string, now: Date): Promise<void> {
  await db
    .deleteFrom('access')
    .where('portal', '=', portal)
    .where('state', '=', 'live')
    .where('refresh_token', 'is', null)
    .where('expires_at', '<=', now.toISOString())
    .execute()
}

/** Tokens of all sessions of the portal are worth nothing from now on; a new session gets a new name. */
export async function endSessions(db: Db, portal: string): Promise<void> {
  await db.updateTable('access').set({ sid: null }).where('portal', '=', portal).execute()
}
