import type { Db } from './database.ts'

/** All portals of which anything is kept. */
export async function listPortals(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('portal').select('member_id').execute()
  return rows.map((row) => row.member_id)
}
