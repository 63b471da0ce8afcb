import type { Db } from './database.ts'

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
