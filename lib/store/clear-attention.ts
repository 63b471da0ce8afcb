import type { Db } from './database.ts'

/** What the trigger was marked for has passed. */
export async function clearAttention(db: Db, portal: string, triggerIds: readonly string[]): Promise<void> {
  if (triggerIds.length === 0) return
  await db
    .updateTable('trigger')
    .set({ attention: null })
    .where('portal', '=', portal)
    .where('id', 'in', triggerIds.map(Number))
    .execute()
}
