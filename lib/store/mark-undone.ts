import type { Db } from './database.ts'

/** A person took a move back. */
export async function markUndone(
  db: Db,
  portal: string,
  { decisionId, userId }: { decisionId: number; userId: number },
  now: Date,
): Promise<void> {
  await db
    .updateTable('decision')
    .set({ undone_at: now.toISOString(), undone_by: userId })
    .where('portal', '=', portal)
    .where('id', '=', decisionId)
    .where('undone_at', 'is', null)
    .execute()
}
