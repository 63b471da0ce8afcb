import type { Db } from './database.ts'

/** The OAuth server that the portal belongs to answered for it: it is asked first from now on. */
export async function storeOauthServer(db: Db, memberId: string, oauthServer: string, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ oauth_server: oauthServer, updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}
