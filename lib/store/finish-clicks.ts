import type { Db } from './database.ts'

/** Held clicks are judged: nothing stays of who clicked what. */
export async function finishClicks(db: Db, ids: number[], reason: string, now: Date): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('work')
    .set({ state: 'done', reason, body: '{}', updated_at: now.toISOString() })
    .where('id', 'in', ids)
    .where('state', '=', 'due')
    .execute()
}
