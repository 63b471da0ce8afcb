import type { ReadyTrigger } from '../triggers/trigger.ts'
import { addTriggerVersion } from './add-trigger-version.ts'
import type { Db } from './database.ts'
import { triggerValues } from './trigger-values.ts'

/** Keeps a new trigger and its first version. Run it in a transaction. */
export async function addTrigger(
  db: Db,
  portal: string,
  trigger: Omit<ReadyTrigger, 'id'>,
  now: Date,
): Promise<ReadyTrigger> {
  const { id } = await db
    .insertInto('trigger')
    .values(triggerValues(portal, trigger))
    .returning('id')
    .executeTakeFirstOrThrow()
  const made = { ...trigger, id: String(id) }
  const change = { triggerId: made.id, version: made.version, trigger: made, changedBy: made.createdBy }
  await addTriggerVersion(db, portal, change, now)
  return made
}
