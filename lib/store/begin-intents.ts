import type { Db } from './database.ts'

/** The portal is about to be called for these moves. */
export async function beginIntents(db: Db, ids: number[], now: Date): Promise<void> {
  await db.updateTable('intent').set({ begun_at: now.toISOString() }).where('id', 'in', ids).execute()
}
