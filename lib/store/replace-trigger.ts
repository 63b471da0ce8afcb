import type { ReadyTrigger } from '../triggers/trigger.ts'
import { addTriggerVersion } from './add-trigger-version.ts'
import type { Db } from './database.ts'
import { triggerValues } from './trigger-values.ts'

/**
 * Replaces a trigger whose version is the one before `trigger.version`, and keeps the new version. `false`: it was changed or
 * deleted meanwhile, and nothing is written. Run it in a transaction.
 */
export async function replaceTrigger(
  db: Db,
  portal: string,
  trigger: ReadyTrigger,
  changedBy: number,
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('trigger')
    .set(triggerValues(portal, trigger))
    .where('portal', '=', portal)
    .where('id', '=', Number(trigger.id))
    .where('version', '=', trigger.version - 1)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  await addTriggerVersion(db, portal, { triggerId: trigger.id, version: trigger.version, trigger, changedBy }, now)
  return true
}
