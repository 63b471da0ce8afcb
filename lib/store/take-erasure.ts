import type { Db } from './database.ts'

/** The portal's date of erasure has come, and nobody has lifted it: true once, for whoever erases it now. */
export async function takeErasure(tx: Db, memberId: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('portal')
    .set({ erase_at: null })
    .where('member_id', '=', memberId)
    .where('erase_at', '<=', now.toISOString())
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
