import type { Db } from './database.ts'

/** Nothing more is expected of these e-mails. */
export async function forgetMail(db: Db, portal: string, activityIds: readonly number[]): Promise<void> {
  if (activityIds.length === 0) return
  await db
    .deleteFrom('sent_mail')
    .where('portal', '=', portal)
    .where('activity_id', 'in', [...activityIds])
    .execute()
}
