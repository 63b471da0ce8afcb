import type { Db } from './database.ts'

/** Forgets the e-mails that were sent before then. */
export async function forgetMailBefore(db: Db, portal: string, time: Date): Promise<void> {
  await db.deleteFrom('sent_mail').where('portal', '=', portal).where('sent_at', '<', time.toISOString()).execute()
}
