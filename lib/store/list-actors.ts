import type { Db } from './database.ts'
import { DELEGATE } from './delegation.ts'
import { findReader } from './find-reader.ts'
import type { Portal } from './portal.ts'

/** Users of the portal whose access is alive, and what happens where one is missing (`design.md` 4). */
export type Actors = {
  live: ReadonlySet<number>
  /** Who stands in for others; null: nobody. */
  standIn: number | null
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
  const rows = await db
    .selectFrom('access')
    .select('user_id')
    .where('portal', '=', memberId)
    .where('state', '=', 'live')
    .where((eb) => eb.or([eb('refused_until', 'is', null), eb('refused_until', '<=', now.toISOString())]))
    .where((eb) => eb.or([eb('refresh_token', 'is not', null), eb('expires_at', '>', goodUntil)]))
    .execute()
  const known = { live: new Set(rows.map((row) => row.user_id)), standIn: await findReader(db, memberId) }
  if (!settings.delegate || known.standIn === null) return known
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
