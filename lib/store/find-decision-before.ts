import type { Db } from './database.ts'

/** The newest decision of the portal that was made before then; null: there is none. */
export async function findDecisionBefore(db: Db, portal: string, at: string): Promise<number | null> {
  const older = db.selectFrom('decision').select('id').where('portal', '=', portal).where('at', '<', at)
  const row = await older.orderBy('at', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? null
}
