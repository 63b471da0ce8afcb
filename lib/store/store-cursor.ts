import type { Db } from './database.ts'

/** Keeps how far something came in a portal. */
export async function storeCursor(db: Db, portal: string, name: string, value: string): Promise<void> {
  await db
    .insertInto('cursor')
    .values({ portal, name, value })
    .onConflict((c) => c.columns(['portal', 'name']).doUpdateSet({ value }))
    .execute()
}
