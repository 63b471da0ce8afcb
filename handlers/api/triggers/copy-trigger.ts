import type { Services } from '../../../lib/services.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody, readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { checkDropping } from './check-dropping.ts'
import { triggerOf } from './get-trigger.ts'
import { makeTrigger } from './post-trigger.ts'
import { inputOf, triggerJson } from './trigger-json.ts'
import { copySchema } from './trigger-schema.ts'

/** `POST /api/triggers/:id/copy`: the same in another place, switched off; `dropped` names what that place cannot keep. */
export function copyTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const original = await triggerOf(services, session.portal.memberId, readId(request))
    const input = { ...inputOf(original), ...readBody(copySchema, request), enabled: false }
    const fitting = await checkDropping(services, session, input)
    if (!fitting.ok) throw new ApiError('invalid', { faults: fitting.faults })
    const trigger = await makeTrigger(services, session, fitting.settings)
    response.status(201).json({ trigger: triggerJson(trigger), dropped: fitting.dropped })
  }
}
