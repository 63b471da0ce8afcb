import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { makeTrigger } from '../../../lib/trigger-settings/make-trigger.ts'
import { MOST_TRIGGERS } from '../../../lib/trigger-settings/room.ts'
import type { TriggerSettings } from '../../../lib/trigger-settings/settings.ts'
import { ApiError } from '../../http/api-error.ts'
import type { Session } from '../../http/session.ts'

/** Keeps a new trigger; 422 when the portal has no room for it. */
export async function mustMake(services: Services, session: Session, settings: TriggerSettings): Promise<ReadyTrigger> {
  const trigger = await makeTrigger(services, session, settings)
  if (trigger === null) throw tooManyTriggers()
  return trigger
}

/** 422: the portal has no room for so many more triggers. */
export function tooManyTriggers(): ApiError {
  return new ApiError('invalid', { message: { key: 'errors.too-many-triggers', params: { max: MOST_TRIGGERS } } })
}
