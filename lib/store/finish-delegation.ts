import type { Db } from './database.ts'
import { untouched } from './delegation.ts'

/** The delegation has ended; nothing of what it brought stays in the row. */
export async function finishDelegation(db: Db, id: number, reason: string, now: Date): Promise<void> {
  await db
    .updateTable('work')
    .set({ state: 'done', reason, body: untouched, updated_at: now.toISOString() })
    .where('id', '=', id)
    .execute()
}
