import type { Db } from './database.ts'

/** Which of these portals are there. */
export async function findKnownPortals(db: Db, memberIds: readonly string[]): Promise<Set<string>> {
  if (memberIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('portal')
    .select('member_id')
    .where('member_id', 'in', [...new Set(memberIds)])
    .execute()
  return new Set(rows.map((row) => row.member_id))
}
