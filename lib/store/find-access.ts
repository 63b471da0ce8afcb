import { type Access, accessFromRow } from './access.ts'
import type { Db } from './database.ts'

/** A user's access, live or dead; `null` when there never was one. */
export async function findAccess(db: Db, portal: string, userId: number): Promise<Access | null> {
  const row = await db
    .selectFrom('access')
    .selectAll()
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row ? accessFromRow(row) : null
}
