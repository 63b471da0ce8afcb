import type { Services } from '../../../lib/services.ts'
import { newTriggerSchema } from '../../../lib/trigger-settings/trigger-schema.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { countedJson } from './get-trigger.ts'
import { mustFit } from './must-fit.ts'
import { mustMake } from './must-make.ts'

/** `POST /api/triggers`. */
export function postTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const input = readBody(newTriggerSchema, request)
    const trigger = await mustMake(services, session, await mustFit(services, session, input))
    response.status(201).json(await countedJson(services, session.portal.memberId, trigger))
  }
}
