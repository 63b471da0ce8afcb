import type { Db } from './database.ts'
import { type Portal, portalFromRow } from './portal.ts'

export async function findPortal(db: Db, memberId: string): Promise<Portal | null> {
  const row = await db.selectFrom('portal').selectAll().where('member_id', '=', memberId).executeTakeFirst()
  return row ? portalFromRow(row) : null
}
