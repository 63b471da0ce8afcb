import type { Db } from './database.ts'

/** The scopes that the portal grants at present, as it said itself. */
export async function storeScope(db: Db, memberId: string, scope: string[], now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ scope: scope.join(','), updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}
