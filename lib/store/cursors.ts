import type { Db } from './database.ts'

/** How far something came in a portal, as `storeCursor` kept it; null at first. */
export async function findCursor(db: Db, portal: string, name: string): Promise<string | null> {
  const row = await db
    .selectFrom('cursor')
    .select('value')
    .where('portal', '=', portal)
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value ?? null
}

/** Keeps how far something came in a portal. */
export async function storeCursor(db: Db, portal: string, name: string, value: string): Promise<void> {
  await db
    .insertInto('cursor')
    .values({ portal, name, value })
    .onConflict((c) => c.columns(['portal', 'name']).doUpdateSet({ value }))
    .execute()
}
