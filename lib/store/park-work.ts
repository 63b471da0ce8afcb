import type { Db } from './database.ts'
import { withoutTokens } from './sealed-body.ts'

/** The work cannot be done as it is: it stays visible and is retried by hand, without the tokens that it came with. */
export async function parkWork(db: Db, ids: number[], reason: string, now: Date): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('work')
    .set({ state: 'parked', reason, body: withoutTokens, updated_at: now.toISOString() })
    .where('id', 'in', ids)
    .where('state', '=', 'due')
    .execute()
}
