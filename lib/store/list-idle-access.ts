import { type Access, accessFromRow } from './access.ts'
import type { Db } from './database.ts'

/** Access that can be renewed and was not since then. */
export async function listIdleAccess(db: Db, portal: string, since: Date): Promise<Access[]> {
  const rows = await db
    .selectFrom('access')
    .selectAll()
    .where('portal', '=', portal)
    .where('state', '=', 'live')
    .where('refresh_token', 'is not', null)
    .where('issued_at', '<', since.toISOString())
    .orderBy('issued_at')
    .execute()
  return rows.map(accessFromRow)
}
