import type { Services } from '../../../lib/services.ts'
import { checkTrigger } from '../../../lib/trigger-settings/check-trigger.ts'
import type { TriggerSettings } from '../../../lib/trigger-settings/settings.ts'
import type { TriggerInput } from '../../../lib/trigger-settings/trigger-schema.ts'
import { ApiError } from '../../http/api-error.ts'
import type { Session } from '../../http/session.ts'
import { readTypes } from '../directory/read-types.ts'

/** The settings of a trigger that fits this portal and may act as its user; 422 with all faults when it does not. */
export async function mustFit(
  services: Services,
  session: Session,
  input: TriggerInput,
  mayKeepUser?: (settings: TriggerSettings | null) => boolean,
): Promise<TriggerSettings> {
  const types = await readTypes(services, session.portal.memberId)
  const checked = await checkTrigger(services, session, types, input, mayKeepUser)
  if (!checked.ok) throw new ApiError('invalid', { faults: checked.faults })
  return checked.settings
}
