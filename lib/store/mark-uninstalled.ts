import type { Db } from './database.ts'

/** The app is gone from the portal: tokens are worthless and dropped; settings, triggers and journal stay. */
export async function markUninstalled(db: Db, memberId: string, now: Date): Promise<void> {
  await db.deleteFrom('access').where('portal', '=', memberId).execute()
  await db
    .updateTable('portal')
    .set({
      status: 'uninstalled',
      application_token: null,
      installer_id: null,
      install_steps: '[]',
      erase_at: null,
      updated_at: now.toISOString(),
    })
    .where('member_id', '=', memberId)
    .execute()
}
