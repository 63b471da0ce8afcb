import type { Db } from './database.ts'

/** Why a notice was parked unread: too many waited for the portal. */
export const FLOOD = 'flood'

/**
 * Parks the notices of a portal that wait beyond so many, those that came last: whoever knows the application_token can send any
 * number of them (`design.md` 8). What they stood for is found by the sweep. Returns how many it parked.
 */
export async function parkFlood(db: Db, portal: string, most: number, now: Date): Promise<number> {
  const first = await db
    .selectFrom('work')
    .select('id')
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('kind', '=', 'notice')
    .orderBy('id')
    .offset(most)
    .limit(1)
    .executeTakeFirst()
  if (!first) return 0
  const { numUpdatedRows } = await db
    .updateTable('work')
    .set({ state: 'parked', reason: FLOOD, updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('kind', '=', 'notice')
    .where('id', '>=', first.id)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
