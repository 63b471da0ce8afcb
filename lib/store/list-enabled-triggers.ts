import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { Db } from './database.ts'
import { triggerFromRow } from './trigger-row.ts'

/** The portal's enabled triggers, the one made first in front. */
export async function listEnabledTriggers(db: Db, portal: string): Promise<ReadyTrigger[]> {
  const rows = await db
    .selectFrom('trigger')
    .selectAll()
    .where('portal', '=', portal)
    .where('enabled', '=', 1)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(triggerFromRow)
}
