import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { removeTrigger } from '../../../lib/store/triggers.ts'
import { auditOf } from '../../../lib/trigger-settings/audit-of.ts'
import { changeTriggers } from '../../../lib/trigger-settings/change-triggers.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { triggerOf } from './get-trigger.ts'

/** `DELETE /api/triggers/:id`. What still waits for it ends as `trigger-gone`. */
export function deleteTrigger(services: Services): SessionHandler {
  return async ({ portal: { memberId }, user: { userId } }, request, response) => {
    const trigger = await triggerOf(services, memberId, readId(request))
    const now = services.clock()
    await changeTriggers(services, memberId, async (tx) => {
      if (!(await removeTrigger(tx, memberId, trigger.id, userId, now))) return
      await addAudit(tx, memberId, { userId, action: 'trigger-deleted', detail: auditOf(trigger) }, now)
    })
    response.status(204).end()
  }
}
