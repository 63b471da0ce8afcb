import type { Db } from './database.ts'

/** Portals whose date of erasure has come. */
export async function listPortalsToErase(db: Db, now: Date): Promise<string[]> {
  const rows = await db.selectFrom('portal').select('member_id').where('erase_at', '<=', now.toISOString()).execute()
  return rows.map((row) => row.member_id)
}
