import type { Db } from './database.ts'
import { withoutTokens } from './sealed-body.ts'

/** The work is done; `reason` says what came of it. Tokens that it came with go. */
export async function finishWork(db: Db, ids: number[], reason: string, now: Date): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('work')
    .set({ state: 'done', reason, body: withoutTokens, updated_at: now.toISOString() })
    .where('id', 'in', ids)
    .where('state', '=', 'due')
    .execute()
}
