import type { HeardMessage } from './add-heard-messages.ts'
import type { Db } from './database.ts'

/** Messages of these chats that events told of and that are done with. */
export async function findHeardMessages(db: Db, portal: string, chats: readonly string[]): Promise<HeardMessage[]> {
  if (chats.length === 0) return []
  const rows = await db
    .selectFrom('heard_message')
    .select(['user_code', 'external_id', 'at'])
    .where('portal', '=', portal)
    .where('user_code', 'in', [...new Set(chats)])
    .execute()
  return rows.map((row) => ({ chat: row.user_code, externalId: row.external_id, at: row.at }))
}
