import { sealedColumns, type TokenPair } from './access.ts'
import type { Db } from './database.ts'
import type { Sealer } from './seal.ts'

/**
 * Puts a refreshed pair in the place of the one it came from, and ends the right to refresh. Returns false when a newer pair has
 * taken that place meanwhile, which then stays.
 */
export async function storeRefreshed(
  db: Db,
  sealer: Sealer,
  owner: Readonly<{ portal: string; userId: number }>,
  from: TokenPair,
  pair: TokenPair,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access')
    .set({ ...sealedColumns(sealer, owner.portal, owner.userId, pair), refreshing_until: null })
    .where('portal', '=', owner.portal)
    .where('user_id', '=', owner.userId)
    .where('issued_at', '=', from.issuedAt.toISOString())
    .where('state', '=', 'live')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
