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
