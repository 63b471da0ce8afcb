import type { Db } from './database.ts'

/** Which of the keys were counted before. */
export async function findKnownKeys(db: Db, portal: string, keys: string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await db
    .selectFrom('occurrence')
    .select('key')
    .where('portal', '=', portal)
    .where('key', 'in', keys)
    .execute()
  return new Set(rows.map((row) => row.key))
}
