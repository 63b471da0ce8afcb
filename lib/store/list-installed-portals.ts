import type { Db } from './database.ts'

/** Portals in which the app was installed by then. */
export async function listInstalledPortals(db: Db, by: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('portal')
    .select('member_id')
    .where('status', '=', 'installed')
    .where('installed_at', '<=', by.toISOString())
    .execute()
  return rows.map((row) => row.member_id)
}
