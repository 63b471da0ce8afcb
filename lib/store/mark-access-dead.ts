import type { Db } from './database.ts'

/**
 * The pair issued at that moment serves no longer: its tokens are erased. Returns false when another pair has taken its place
 * meanwhile, which then stays.
 */
export async function markAccessDead(
  db: Db,
  portal: string,
  userId: number,
  issuedAt: Date,
  lostAt?: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access')
    .set({
      state: 'dead',
      access_token: '',
      refresh_token: null,
      refreshing_until: null,
      lost_at: lostAt?.toISOString() ?? null,
    })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .where('issued_at', '=', issuedAt.toISOString())
    .where('state', '=', 'live')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
