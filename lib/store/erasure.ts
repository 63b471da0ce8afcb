import type { Db } from './database.ts'
import { blankStops } from './stopped-links.ts'

/** Why a portal was erased: it was uninstalled with its data, or left long ago. */
export type Tombstone = { reason: 'uninstalled' | 'left-long-ago'; detail: Record<string, unknown> }

/** Outlives the portal's rows, the audit among them, in the transaction that erases them; `detail` holds ids, times and codes. */
export async function addTombstone(db: Db, memberId: string, { reason, detail }: Tombstone, now: Date): Promise<void> {
  await db
    .insertInto('tombstone')
    .values({ member_id: memberId, erased_at: now.toISOString(), reason, detail: JSON.stringify(detail) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

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

/** Every row of the portal is to be erased at that moment; null: not any more. */
export async function setErasure(db: Db, memberId: string, at: Date | null): Promise<void> {
  await db
    .updateTable('portal')
    .set({ erase_at: at?.toISOString() ?? null })
    .where('member_id', '=', memberId)
    .execute()
}

/** The portal's date of erasure has come, and nobody has lifted it: true once, for whoever erases it now. */
export async function claimErasure(tx: Db, memberId: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('portal')
    .set({ erase_at: null })
    .where('member_id', '=', memberId)
    .where('erase_at', '<=', now.toISOString())
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Portals whose date of erasure has come. */
export async function listPortalsToErase(db: Db, now: Date): Promise<string[]> {
  const rows = await db.selectFrom('portal').select('member_id').where('erase_at', '<=', now.toISOString()).execute()
  return rows.map((row) => row.member_id)
}

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
  'made_link',
  'link_host',
  'answer_drift',
] as const

/** Erases every row of the portal (`CLEAN=1` at uninstallation, `design.md` 5). What is stopped of its links stays stopped, without words. */
export async function erasePortal(db: Db, memberId: string): Promise<void> {
  for (const table of tablesOfPortal) await db.deleteFrom(table).where('portal', '=', memberId).execute()
  await blankStops(db, memberId)
  await db.deleteFrom('portal').where('member_id', '=', memberId).execute()
}
