import type { Db } from './database.ts'
import type { Settings } from './portal.ts'

/** What the administrator decided for the whole portal. */
export async function storeSettings(db: Db, memberId: string, settings: Settings, now: Date): Promise<void> {
  await db
    .updateTable('portal')
    .set({ settings: JSON.stringify(settings), updated_at: now.toISOString() })
    .where('member_id', '=', memberId)
    .execute()
}
