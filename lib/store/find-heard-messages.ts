import type { HeardMessage } from './add-heard-messages.ts'
import type { Db } from './database.ts'

/** Messages of these conversations that events told of and that were nothing to any trigger. */
export async function findHeardMessages(db: Db, portal: string, userCodes: string[]): Promise<HeardMessage[]> {
  if (userCodes.length === 0) return []
  const rows = await db
    .selectFrom('heard_message')
    .select(['user_code', 'at'])
    .where('portal', '=', portal)
    .where('user_code', 'in', userCodes)
    .execute()
  return rows.map((row) => ({ userCode: row.user_code, at: row.at }))
}
