import type { Db } from './database.ts'

/** A portal was renamed, and its OAuth server said so: all later requests go to the new address. */
export async function storePortalAddress(db: Db, memberId: string, endpoint: string, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ endpoint, domain: new URL(endpoint).host, updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}
