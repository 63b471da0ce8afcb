import { type Access, accessFromRow } from './access.ts'
import type { Db } from './database.ts'

/** Everybody's access to a portal, live and dead, by user id: who can be acted as, and what the status page shows. */
export async function listAccess(db: Db, portal: string): Promise<Access[]> {
  const rows = await db.selectFrom('access').selectAll().where('portal', '=', portal).orderBy('user_id').execute()
  return rows.map(accessFromRow)
}
