import type { Services } from '../../../lib/services.ts'
import { checkDropping } from '../../../lib/trigger-settings/check-dropping.ts'
import { inputOf } from '../../../lib/trigger-settings/settings.ts'
import { copySchema } from '../../../lib/trigger-settings/trigger-schema.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody, readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { readTypes } from '../directory/read-types.ts'
import { triggerOf } from './get-trigger.ts'
import { mustMake } from './must-make.ts'
import { ownName } from './own-name.ts'
import { triggerJson } from './trigger-json.ts'

/** `POST /api/triggers/:id/copy`: the same in another place, switched off; `dropped` names what that place cannot keep. */
export function copyTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const original = await triggerOf(services, session.portal.memberId, readId(request))
    const input = { ...inputOf(original), ...readBody(copySchema, request), enabled: false }
    const types = await readTypes(services, session.portal.memberId)
    const fitting = await checkDropping(services, session, types, input)
    if (!fitting.ok) throw new ApiError('invalid', { faults: fitting.faults })
    const { memberId } = session.portal
    const settings = await ownName(services.db, memberId, fitting.settings, session.language)
    const trigger = await mustMake(services, session, settings)
    response.status(201).json({ trigger: triggerJson(trigger), dropped: fitting.dropped })
  }
}
