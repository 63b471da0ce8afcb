import type { Db } from './database.ts'

/** Nothing of the portal is due before that moment. */
export async function postponePortal(db: Db, portal: string, until: Date): Promise<void> {
  await db
    .updateTable('work')
    .set({ due_at: until.toISOString() })
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('due_at', '<', until.toISOString())
    .execute()
}
