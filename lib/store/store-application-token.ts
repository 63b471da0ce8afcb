import type { Db } from './database.ts'

/** The portal's first or new `application_token`; the caller has proven that an administrator or the portal itself brought it. */
export async function storeApplicationToken(db: Db, memberId: string, token: string, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ application_token: token, updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}
