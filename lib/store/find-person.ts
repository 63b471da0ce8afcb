import type { Db } from './database.ts'

/** What the store knows of a user who opened a page. */
export type Person = { userId: number; name: string; admin: boolean; state: 'live' | 'dead' }

export async function findPerson(db: Db, portal: string, userId: number): Promise<Person | null> {
  const row = await db
    .selectFrom('access')
    .select(['name', 'is_admin', 'state'])
    .where('portal', '=', portal)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row ? { userId, name: row.name, admin: row.is_admin === 1, state: row.state } : null
}
