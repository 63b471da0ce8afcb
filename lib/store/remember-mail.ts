import type { Db } from './database.ts'

/** Remembers e-mails that CRM sent, by their activities; known ones stay as they are. */
export async function rememberMail(
  db: Db,
  portal: string,
  mails: readonly { activityId: number; sentAt: string }[],
): Promise<void> {
  if (mails.length === 0) return
  const rows = mails.map(({ activityId, sentAt }) => {
    return { portal, activity_id: activityId, sent_at: sentAt, viewed: 0 as const, clicked: 0 as const }
  })
  await db
    .insertInto('sent_mail')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .execute()
}
