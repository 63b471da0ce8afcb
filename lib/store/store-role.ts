import type { Db } from './database.ts'

/** What the portal says of a person who has given access. */
export async function storeRole(
  db: Db,
  portal: string,
  { userId, name, admin }: { userId: number; name: string; admin: boolean },
): Promise<void> {
  await db
    .updateTable('access')
    .set({ name, is_admin: admin ? 1 : 0 })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .execute()
}
