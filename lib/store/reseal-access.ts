import { accessFromRow, openTokens, sealedColumns } from './access.ts'
import type { Db } from './database.ts'
import type { Sealer } from './seal.ts'

/**
 * Seals so many access rows with the newest key. Returns how many there were; rows that another process has renewed meanwhile are
 * left to the next call. Throws when a key is missing.
 */
export async function resealAccess(db: Db, sealer: Sealer, limit: number): Promise<number> {
  const rows = await db
    .selectFrom('access')
    .selectAll()
    .where('key_id', '<>', sealer.newest)
    .orderBy('portal')
    .orderBy('user_id')
    .limit(limit)
    .execute()
  for (const row of rows) {
    const { portal, user_id: userId } = row
    // A dead access has no tokens any more.
    const columns =
      row.state === 'dead'
        ? { key_id: sealer.newest }
        : sealedColumns(sealer, portal, userId, openTokens(sealer, accessFromRow(row)))
    await db
      .updateTable('access')
      .set(columns)
      .where('portal', '=', portal)
      .where('user_id', '=', userId)
      .where('access_token', '=', row.access_token)
      .where('key_id', '=', row.key_id)
      .execute()
  }
  return rows.length
}
