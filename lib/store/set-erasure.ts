import type { Db } from './database.ts'

/** Every row of the portal is to be erased at that moment; null: not any more. */
export async function setErasure(db: Db, memberId: string, at: Date | null): Promise<void> {
  await db
    .updateTable('portal')
    .set({ erase_at: at?.toISOString() ?? null })
    .where('member_id', '=', memberId)
    .execute()
}
