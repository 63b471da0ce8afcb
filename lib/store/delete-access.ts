import type { Db } from './database.ts'

/** A user withdraws the access to act as him. Returns whether there was one. */
export async function deleteAccess(db: Db, portal: string, userId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('access')
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
