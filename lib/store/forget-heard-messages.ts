import type { Db } from './database.ts'

/** Forgets messages that were written before. */
export async function forgetHeardMessages(db: Db, portal: string, before: Date): Promise<void> {
  await db.deleteFrom('heard_message').where('portal', '=', portal).where('at', '<', before.toISOString()).execute()
}
