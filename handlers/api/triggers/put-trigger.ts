import { isDeepStrictEqual } from 'node:util'
import { isAtLeast } from '../../../lib/domain/role.ts'
import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { replaceTrigger } from '../../../lib/store/triggers.ts'
import { mayKeepUser } from '../../../lib/trigger-settings/acting-user.ts'
import { auditOf } from '../../../lib/trigger-settings/audit-of.ts'
import { changeTriggers } from '../../../lib/trigger-settings/change-triggers.ts'
import { changedTrigger } from '../../../lib/trigger-settings/settings.ts'
import { replacedTriggerSchema } from '../../../lib/trigger-settings/trigger-schema.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody, readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { countedJson, triggerOf } from './get-trigger.ts'
import { mustFit } from './must-fit.ts'

/** `PUT /api/triggers/:id`: replaces the version that was read; 409 when somebody was faster. */
export function putTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { memberId } = session.portal
    const before = await triggerOf(services, memberId, readId(request))
    const input = readBody(replacedTriggerSchema, request)
    if (input.version !== before.version) throw new ApiError('conflict')
    const fitting = await mustFit(services, session, input, (settings) =>
      isAtLeast(session.role, 'administrator')
        ? isDeepStrictEqual(input.changeStageAs, before.changeStageAs)
        : settings !== null && mayKeepUser(before, settings),
    )

    const now = services.clock()
    const { userId } = session.user
    const after = changedTrigger(before, fitting, now)
    const replaced = await changeTriggers(services, memberId, async (tx) => {
      if (!(await replaceTrigger(tx, memberId, after, userId, now))) return false
      await addAudit(tx, memberId, { userId, action: 'trigger-changed', detail: auditOf(after) }, now)
      return true
    })
    if (!replaced) throw new ApiError('conflict')
    response.json(await countedJson(services, memberId, after))
  }
}
