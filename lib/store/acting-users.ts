import type { Portal, Settings } from '../domain/portal.ts'
import { type Access, accessColumns, accessFromRow } from './access.ts'
import type { Db } from './database.ts'
import { DELEGATE } from './delegations.ts'
import { readOfPortal } from './read-of-portal.ts'

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
  return firstAtHome(await readServiceAccess(db, { portal }))
}

const readServiceAccess = readOfPortal((db, { portal }: { portal: string }) => ({
  accesses: serviceAccess(db, portal),
}))

/** The row of the access that serves for reading. */
export function serviceAccess(db: Db, portal: string) {
  return serviceUser(db, portal).select(accessColumns)
}

/** A user's access, live or dead, with the portal; null when there never was one. */
export async function findAccessAtHome(db: Db, portal: string, userId: number): Promise<AccessAtHome | null> {
  return firstAtHome(await readUserAccess(db, { portal, userId }))
}

const readUserAccess = readOfPortal((db, { portal, userId }: { portal: string; userId: number }) => ({
  accesses: db
    .selectFrom('access')
    .select(accessColumns)
    .where('access.portal', '=', portal)
    .where('access.user_id', '=', userId),
}))

type AccessRow = Parameters<typeof accessFromRow>[0]

/** The first of the accesses that were read with their portal. */
export function firstAtHome(
  read: Readonly<{ home: Portal; accesses: readonly AccessRow[] }> | null,
): AccessAtHome | null {
  const [row] = read?.accesses ?? []
  return read && row ? { access: accessFromRow(row), home: read.home } : null
}

function serviceUser(db: Db, portal: string) {
  return db
    .selectFrom('access')
    .innerJoin('portal', 'portal.member_id', 'access.portal')
    .where('access.portal', '=', portal)
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

/** Who of some users can be acted as, and what happens where an access is missing (`design.md` 4). */
export type Actors = {
  /** Those of the users whose access serves, and who stands in for others. */
  live: Pick<ReadonlySet<number>, 'has'>
  /** Who stands in for others; null: nobody. */
  fallbackUser: number | null
  /** There when the administrator lets us ask the portal for access; users who were asked for lately are not asked for again. */
  delegation?: { askedLately: ReadonlySet<number> }
}

/** The same, with the accesses that serve. */
export type ActorsWithAccess = Actors & { live: ReadonlyMap<number, AccessAtHome> }

/** A delegated access with less time left than this is not begun with. */
const MARGIN_MS = 60_000

/** What came of a delegation holds for so long: a portal that gives none is not asked with every e-mail. */
const LATELY_MS = 10 * 60_000

/** Who of these users can be acted as. */
export async function listActors(
  db: Db,
  { memberId, settings }: Pick<Portal, 'memberId' | 'settings'>,
  userIds: readonly number[],
  now: Date,
): Promise<ActorsWithAccess> {
  return actorsFrom(await readActors(db, actorValues(memberId, userIds, now)), settings)
}

const readActors = readOfPortal((db, given: ActorValues) => actorQueries(db, given))

type ActorValues = {
  portal: string
  userIds: readonly number[]
  now: string
  goodUntil: string
  lately: string
}

/** PostgreSQL takes no empty list: then an id that nothing has. */
export function someIds(ids: readonly number[]): readonly number[] {
  return ids.length > 0 ? ids : [0]
}

/** Values of `actorQueries`. */
export function actorValues(portal: string, userIds: readonly number[], now: Date): ActorValues {
  return {
    portal,
    userIds: someIds(userIds),
    now: now.toISOString(),
    goodUntil: new Date(now.getTime() + MARGIN_MS).toISOString(),
    lately: new Date(now.getTime() - LATELY_MS).toISOString(),
  }
}

/** What `actorsFrom` reads. */
export function actorQueries(db: Db, { portal, userIds, now, goodUntil, lately }: ActorValues) {
  const fallback = serviceUser(db, portal).select('access.user_id')
  return {
    fallback,
    live: db
      .selectFrom('access')
      .select(accessColumns)
      .where('access.portal', '=', portal)
      .where((eb) => eb.or([eb('access.user_id', 'in', userIds), eb('access.user_id', '=', fallback)]))
      .where('access.state', '=', 'live')
      .where((eb) => eb.or([eb('access.refused_until', 'is', null), eb('access.refused_until', '<=', now)]))
      .where((eb) => eb.or([eb('access.refresh_token', 'is not', null), eb('access.expires_at', '>', goodUntil)])),
    askedLately: db
      .selectFrom('work')
      .select('work.subject')
      .where('work.portal', '=', portal)
      .where('work.kind', '=', DELEGATE)
      .where('work.state', 'in', ['done', 'parked'])
      .where('work.updated_at', '>', lately),
  }
}

type ActorRows = Readonly<{
  home: Portal
  fallback: readonly { user_id: number }[]
  live: readonly AccessRow[]
  askedLately: readonly { subject: string }[]
}>

/** Who can be acted as, by what `actorQueries` found; of a portal that is not there nobody. */
export function actorsFrom(read: ActorRows | null, settings: Settings): ActorsWithAccess {
  if (read === null) return { live: new Map(), fallbackUser: null }
  const { home, fallback, live, askedLately } = read
  const known = {
    live: new Map(live.map((row) => [row.user_id, { access: accessFromRow(row), home }] as const)),
    fallbackUser: fallback[0]?.user_id ?? null,
  }
  if (!settings.delegate || known.fallbackUser === null) return known
  return { ...known, delegation: { askedLately: new Set(askedLately.map(({ subject }) => Number(subject))) } }
}
