import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { Db } from './database.ts'

/** What a trigger was from now on, and by whom; `trigger` is null when it was deleted. */
export async function addTriggerVersion(
  db: Db,
  portal: string,
  change: { triggerId: string; version: number; trigger: ReadyTrigger | null; changedBy: number },
  now: Date,
): Promise<void> {
  await db
    .insertInto('trigger_version')
    .values({
      portal,
      trigger_id: Number(change.triggerId),
      version: change.version,
      body: change.trigger === null ? null : JSON.stringify(change.trigger),
      changed_at: now.toISOString(),
      changed_by: change.changedBy,
    })
    .execute()
}
