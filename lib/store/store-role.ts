import type { Db } from './database.ts'

/** What the portal says of a person who has given access; `now`: it was asked just now. */
export async function storeRole(
  db: Db,
  portal: string,
  { userId, name, admin }: { userId: number; name: string; admin: boolean },
  now?: Date,
): Promise<void> {
  await db
    .updateTable('access')
    .set({ name, is_admin: admin ? 1 : 0, ...(now && { proven_at: now.toISOString() }) })
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .execute()
}
