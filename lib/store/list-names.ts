import type { Db } from './database.ts'

/** Names of users who have given access, by id. */
export async function listNames(db: Db, portal: string, userIds: number[]): Promise<Map<number, string>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('access')
    .select(['user_id', 'name'])
    .where('portal', '=', portal)
    .where('user_id', 'in', userIds)
    .where('name', '<>', '')
    .execute()
  return new Map(rows.map((row) => [row.user_id, row.name]))
}
