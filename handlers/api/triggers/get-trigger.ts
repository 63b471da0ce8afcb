import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { findTrigger } from '../../../lib/store/triggers.ts'
import { ApiError } from '../../http/api-error.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { shownTriggers } from './shown-triggers.ts'
import { type TriggerJson, triggerJson } from './trigger-json.ts'

/** `GET /api/triggers/:id`. */
export function getTrigger(services: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const trigger = await triggerOf(services, portal.memberId, readId(request))
    response.json(await countedJson(services, portal.memberId, trigger))
  }
}

/** A trigger of the portal; 404 when it has none with that id. */
export async function triggerOf(services: Services, portal: string, id: number): Promise<ReadyTrigger> {
  const trigger = await findTrigger(services.db, portal, String(id))
  if (!trigger) throw new ApiError('not-found')
  return trigger
}

/** A trigger as the API shows it. */
export async function countedJson(services: Services, portal: string, trigger: ReadyTrigger): Promise<TriggerJson> {
  const [shown] = await shownTriggers(services, portal, [trigger])
  return shown ?? triggerJson(trigger)
}
