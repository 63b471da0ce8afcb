import type { ReadyTrigger } from '../domain/trigger.ts'
import { addAudit } from '../store/audit.ts'
import { addTrigger } from '../store/triggers.ts'
import { auditOf } from './audit-of.ts'
import type { Author } from './author.ts'
import { type ChangeParts, changeTriggers } from './change-triggers.ts'
import { hasRoom } from './room.ts'
import { newTrigger, type TriggerSettings } from './settings.ts'

/** Keeps a new trigger, with its version and its line in the audit; null: the portal has no room for more. */
export function makeTrigger(
  parts: ChangeParts,
  { portal, user: { userId } }: Author,
  settings: TriggerSettings,
): Promise<ReadyTrigger | null> {
  const now = parts.clock()
  return changeTriggers(parts, portal.memberId, async (tx) => {
    if (!(await hasRoom(tx, portal.memberId, 1))) return null
    const trigger = await addTrigger(tx, portal.memberId, newTrigger(settings, userId, now), now)
    await addAudit(tx, portal.memberId, { userId, action: 'trigger-made', detail: auditOf(trigger) }, now)
    return trigger
  })
}
