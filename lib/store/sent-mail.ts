import type { Db } from './database.ts'

/** Remembers e-mails that CRM sent, by their activities; known ones stay as they are. */
export async function insertSentMail(
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

/** The view, or the click, of these e-mails was recognised. */
export async function markMail(
  db: Db,
  portal: string,
  what: 'viewed' | 'clicked',
  activityIds: readonly number[],
): Promise<void> {
  if (activityIds.length === 0) return
  await db
    .updateTable('sent_mail')
    .set({ [what]: 1 })
    .where('portal', '=', portal)
    .where('activity_id', 'in', [...activityIds])
    .execute()
}

/** Nothing more is expected of these e-mails. */
export async function forgetMail(db: Db, portal: string, activityIds: readonly number[]): Promise<void> {
  if (activityIds.length === 0) return
  await db
    .deleteFrom('sent_mail')
    .where('portal', '=', portal)
    .where('activity_id', 'in', [...activityIds])
    .execute()
}

/** Forgets the e-mails that were sent before then. */
export async function forgetMailBefore(db: Db, portal: string, time: Date): Promise<void> {
  await db.deleteFrom('sent_mail').where('portal', '=', portal).where('sent_at', '<', time.toISOString()).execute()
}
