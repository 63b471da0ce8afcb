import type { Db } from './database.ts'

/** Keeps what is counted of a portal's requests, unless another process changed it since that version was read: then false. */
export async function storeBudget(db: Db, portal: string, version: number | null, meter: string): Promise<boolean> {
  if (version === null) {
    const row = { portal, version: 1, meter }
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('budget')
      .values(row)
      .onConflict((c) => c.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  }
  const { numUpdatedRows } = await db
    .updateTable('budget')
    .set({ version: version + 1, meter })
    .where('portal', '=', portal)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
