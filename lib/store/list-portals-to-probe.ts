import type { Db } from './database.ts'

/** Installed portals of which nothing was found out since then. */
export async function listPortalsToProbe(db: Db, since: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('portal')
    .select('member_id')
    .where('status', '=', 'installed')
    .where((eb) => eb.or([eb('probed_at', 'is', null), eb('probed_at', '<', since.toISOString())]))
    .execute()
  return rows.map((row) => row.member_id)
}
