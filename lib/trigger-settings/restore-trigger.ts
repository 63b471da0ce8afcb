import type { ReadyTrigger } from '../domain/trigger.ts'
import { addAudit } from '../store/audit.ts'
import { restoreTrigger as storeAgain } from '../store/triggers.ts'
import { auditOf } from './audit-of.ts'
import type { Author } from './author.ts'
import { type ChangeParts, changeTriggers } from './change-triggers.ts'
import { hasRoom } from './room.ts'

/** Brings a deleted trigger back, with its line in the audit. `no-room`: the portal has no room for more; `there`: it is not deleted any more. */
export function restoreTrigger(
  parts: ChangeParts,
  { portal, user: { userId } }: Author,
  trigger: ReadyTrigger,
): Promise<'restored' | 'no-room' | 'there'> {
  const now = parts.clock()
  return changeTriggers(parts, portal.memberId, async (tx) => {
    if (!(await hasRoom(tx, portal.memberId, 1))) return 'no-room'
    if (!(await storeAgain(tx, portal.memberId, trigger, userId, now))) return 'there'
    await addAudit(tx, portal.memberId, { userId, action: 'trigger-restored', detail: auditOf(trigger) }, now)
    return 'restored'
  })
}
