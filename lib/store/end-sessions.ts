import type { Db } from './database.ts'

/** Tokens of all sessions of the portal are worth nothing from now on; a new session gets a new name. */
export async function endSessions(db: Db, portal: string): Promise<void> {
  await db.updateTable('access').set({ sid: null }).where('portal', '=', portal).execute()
}
