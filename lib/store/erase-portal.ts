import type { Db } from './database.ts'

/** Every table that is keyed by `portal`; a test compares the list with the database. */
export const tablesOfPortal = [
  'access',
  'trigger',
  'trigger_version',
  'work',
  'occurrence',
  'decision',
  'intent',
  'conversation',
  'channel',
  'heard_message',
  'form',
  'item_field',
  'sent_mail',
  'cursor',
  'audit',
  'rest_log',
  'budget',
  'heard_event',
] as const

/** Erases every row of the portal (`CLEAN=1` at uninstallation, `design.md` 5). */
export async function erasePortal(db: Db, memberId: string): Promise<void> {
  for (const table of tablesOfPortal) await db.deleteFrom(table).where('portal', '=', memberId).execute()
  await db.deleteFrom('portal').where('member_id', '=', memberId).execute()
}
