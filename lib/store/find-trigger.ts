import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { Db } from './database.ts'
import { triggerFromRow } from './trigger-row.ts'

/** A trigger of this portal; ids of other portals are not found. */
export async function findTrigger(db: Db, portal: string, triggerId: string): Promise<ReadyTrigger | null> {
  const row = await db
    .selectFrom('trigger')
    .selectAll()
    .where('portal', '=', portal)
    .where('id', '=', Number(triggerId))
    .executeTakeFirst()
  return row ? triggerFromRow(row) : null
}
