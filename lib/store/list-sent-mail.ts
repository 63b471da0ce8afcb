import type { Db } from './database.ts'

/** A remembered e-mail: its activity, and what was recognised of it. */
export type SentMail = { activityId: number; viewed: boolean; clicked: boolean }

/** The remembered e-mails that were sent since then, the newest first; `before` is the last id of the page before. */
export async function listSentMail(
  db: Db,
  portal: string,
  { since, before, limit }: { since: string; before: number | null; limit: number },
): Promise<SentMail[]> {
  const rows = await db
    .selectFrom('sent_mail')
    .select(['activity_id', 'viewed', 'clicked'])
    .where('portal', '=', portal)
    .where('sent_at', '>=', since)
    .$if(before !== null, (query) => query.where('activity_id', '<', before ?? 0))
    .orderBy('activity_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ activityId: row.activity_id, viewed: row.viewed === 1, clicked: row.clicked === 1 }))
}
