import type { Db } from './database.ts'

/** Portals in which the app is installed. */
export async function listInstalledPortals(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('portal').select('member_id').where('status', '=', 'installed').execute()
  return rows.map((row) => row.member_id)
}
