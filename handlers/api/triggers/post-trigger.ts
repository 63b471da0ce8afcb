import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { addTrigger } from '../../../lib/store/triggers.ts'
import { newTrigger, type TriggerSettings } from '../../../lib/trigger-settings/settings.ts'
import { newTriggerSchema } from '../../../lib/trigger-settings/trigger-schema.ts'
import { readBody } from '../../http/read-input.ts'
import type { Session, SessionHandler } from '../../http/session.ts'
import { changeTriggers } from './change-triggers.ts'
import { checkRoom } from './check-room.ts'
import { countedJson } from './get-trigger.ts'
import { mustFit } from './must-fit.ts'

/** `POST /api/triggers`. */
export function postTrigger(services: Services): SessionHandler {
  return async (session, request, response) => {
    const input = readBody(newTriggerSchema, request)
    const trigger = await makeTrigger(services, session, await mustFit(services, session, input))
    response.status(201).json(await countedJson(services, session.portal.memberId, trigger))
  }
}

/** Keeps a new trigger, with its version and its line in the audit; 422 when the portal has too many. */
export function makeTrigger(
  services: Services,
  { portal, user }: Session,
  settings: TriggerSettings,
): Promise<ReadyTrigger> {
  const now = services.clock()
  return changeTriggers(services, portal.memberId, async (tx) => {
    await checkRoom(tx, portal.memberId, 1)
    const trigger = await addTrigger(tx, portal.memberId, newTrigger(settings, user.userId, now), now)
    await addAudit(tx, portal.memberId, { userId: user.userId, action: 'trigger-made', detail: auditOf(trigger) }, now)
    return trigger
  })
}

/** What the audit keeps of a trigger: above all whose name it acts under. */
export function auditOf({ id, version, name, kind, changeStageAs, mode, enabled }: ReadyTrigger) {
  return { triggerId: id, version, name, kind, changeStageAs, mode, enabled }
}
