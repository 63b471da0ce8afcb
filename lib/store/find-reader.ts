import type { Db } from './database.ts'

/** Why work waits while no administrator has a live access. */
export const NO_READER = 'NO_READER'

/**
 * Whose access serves for reading, and for moves when *installer* stands in (`design.md` 4): the administrator who last ran the
 * installation, else the administrator whose access was used last, else the installer who is none any more: what he does not see
 * looks like gone, which the status page says. Whose access the portal refused last gives way to the others, until it serves again.
 * `null` when nobody's is live. A delegated access was given for one person's moves.
 */
export async function findReader(db: Db, portal: string): Promise<number | null> {
  const row = await db
    .selectFrom('access')
    .innerJoin('portal', 'portal.member_id', 'access.portal')
    .select('access.user_id')
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
    .executeTakeFirst()
  return row?.user_id ?? null
}
