import type { Db } from './database.ts'

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
