import type { Db } from './database.ts'

/** The portal's answer to these moves is known and journaled. */
export async function settleIntents(db: Db, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  await db.updateTable('intent').set({ state: 'settled' }).where('id', 'in', ids).execute()
}
