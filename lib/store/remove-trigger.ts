import { addTriggerVersion } from './add-trigger-version.ts'
import type { Db } from './database.ts'

/** Deletes a trigger; its versions and what it decided stay. `false`: there was none. Run it in a transaction. */
export async function removeTrigger(
  db: Db,
  portal: string,
  triggerId: string,
  changedBy: number,
  now: Date,
): Promise<boolean> {
  const row = await db
    .deleteFrom('trigger')
    .where('portal', '=', portal)
    .where('id', '=', Number(triggerId))
    .returning('version')
    .executeTakeFirst()
  if (!row) return false
  await addTriggerVersion(db, portal, { triggerId, version: row.version + 1, trigger: null, changedBy }, now)
  return true
}
