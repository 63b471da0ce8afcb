import type { Selectable } from 'kysely'
import type { Portal } from '../domain/portal.ts'
import { type Access, accessFromRow } from './access.ts'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'
import { DELEGATE } from './delegations.ts'
import { portalFromRow } from './portals.ts'
import type { AccessTable, PortalTable } from './schema.ts'

/** Why work waits while no administrator has a live access. */
export const NO_SERVICE_USER = 'NO_READER' as const

/**
 * Whose access serves for reading, and for moves when *installer* stands in (`design.md` 4): the administrator who last ran the
 * installation, else the administrator whose access was used last, else the installer who is none any more: what he does not see
 * looks like gone, which the status page says. Whose access the portal refused last gives way to the others, until it serves again.
 * `null` when nobody's is live. A delegated access was given for one person's moves.
 */
export async function findServiceUser(db: Db, portal: string): Promise<number | null> {
  const row = await serviceUser(db, portal).select('access.user_id').executeTakeFirst()
  return row?.user_id ?? null
}

/** A person's access, and the portal that it opens. */
export type AccessAtHome = Readonly<{ access: Access; home: Portal }>

/** The access of that person, with the portal. */
export async function findServiceAccess(db: Db, portal: string): Promise<AccessAtHome | null> {
  const { rows } = await serviceAccess(db, { portal })
  return rows[0] ? accessAtHome(rows[0]) : null
}

const serviceAccess = compiledOnce((db, { portal }: { portal: string }) => serviceUser(db, portal).selectAll())

/** A user's access, live or dead, with the portal; null when there never was one. */
export async function findAccessAtHome(db: Db, portal: string, userId: number): Promise<AccessAtHome | null> {
  const { rows } = await userAccess(db, { portal, userId })
  return rows[0] ? accessAtHome(rows[0]) : null
}

const userAccess = compiledOnce((db, { portal, userId }: { portal: string; userId: number }) =>
  accesses(db, portal).selectAll().where('access.user_id', '=', userId),
)

function accessAtHome(row: Selectable<AccessTable> & Selectable<PortalTable>): AccessAtHome {
  return { access: accessFromRow(row), home: portalFromRow(row) }
}

function accesses(db: Db, portal: string) {
  return db
    .selectFrom('access')
    .innerJoin('portal', 'portal.member_id', 'access.portal')
    .where('access.portal', '=', portal)
}

function serviceUser(db: Db, portal: string) {
  return accesses(db, portal)
    .where('access.state', '=', 'live')
    .where('access.refresh_token', 'is not', null)
    .where((eb) => eb.or([eb('access.is_admin', '=', 1), eb('access.user_id', '=', eb.ref('portal.installer_id'))]))
    .orderBy((eb) => eb.case().when('access.refused_until', 'is', null).then(0).else(1).end())
    .orderBy('access.is_admin', 'desc')
    .orderBy((eb) => eb.case().when('access.user_id', '=', eb.ref('portal.installer_id')).then(0).else(1).end())
    .orderBy('access.used_at', 'desc')
    .orderBy('access.user_id')
    .limit(1)
}

/** Users of the portal whose access is alive, and what happens where one is missing (`design.md` 4). */
export type Actors = {
  live: ReadonlySet<number>
  /** Who stands in for others; null: nobody. */
  fallbackUser: number | null
  /** There when the administrator lets us ask the portal for access; users who were asked for lately are not asked for again. */
  delegation?: { askedLately: ReadonlySet<number> }
}

/** A delegated access with less time left than this is not begun with. */
const MARGIN_MS = 60_000

/** What came of a delegation holds for so long: a portal that gives none is not asked with every e-mail. */
const LATELY_MS = 10 * 60_000

export async function listActors(
  db: Db,
  { memberId, settings }: Pick<Portal, 'memberId' | 'settings'>,
  now: Date,
): Promise<Actors> {
  const goodUntil = new Date(now.getTime() + MARGIN_MS).toISOString()
  const { rows } = await liveUsers(db, { portal: memberId, now: now.toISOString(), goodUntil })
  const live = new Set(rows.flatMap((row) => row.user_id ?? []))
  const known = { live, fallbackUser: rows[0]?.fallback_user ?? null }
  if (!settings.delegate || known.fallbackUser === null) return known
  const asked = await db
    .selectFrom('work')
    .select('subject')
    .where('portal', '=', memberId)
    .where('kind', '=', DELEGATE)
    .where('state', 'in', ['done', 'parked'])
    .where('updated_at', '>', new Date(now.getTime() - LATELY_MS).toISOString())
    .execute()
  return { ...known, delegation: { askedLately: new Set(asked.map((row) => Number(row.subject))) } }
}

/** The portal's row comes also where nobody's access is good, so that who stands in is told in any case. */
const liveUsers = compiledOnce((db, { portal, now, goodUntil }: { portal: string; now: string; goodUntil: string }) =>
  db
    .selectFrom('portal')
    .leftJoin('access', (join) =>
      join
        .onRef('access.portal', '=', 'portal.member_id')
        .on('access.state', '=', 'live')
        .on((eb) => eb.or([eb('access.refused_until', 'is', null), eb('access.refused_until', '<=', now)]))
        .on((eb) => eb.or([eb('access.refresh_token', 'is not', null), eb('access.expires_at', '>', goodUntil)])),
    )
    .select(['access.user_id', serviceUser(db, portal).select('access.user_id').as('fallback_user')])
    .where('portal.member_id', '=', portal),
)
