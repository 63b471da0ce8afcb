import { settingsSchema } from '../../../lib/api/settings.ts'
import { activeEmployees } from '../../../lib/bitrix24/directory/active-employees.ts'
import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { transact } from '../../../lib/store/database.ts'
import { findPortal, storeSettings } from '../../../lib/store/portals.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

/** What is left out stays as it is. */
export const bodySchema = settingsSchema.partial()

/** `PUT /api/settings`. Whoever becomes manager must be an active employee. */
export function putSettings(services: Services): SessionHandler {
  return async ({ portal, user: { userId } }, request, response) => {
    const { memberId } = portal
    const { delegate, managers, paused, journalDays, staleHours } = readBody(bodySchema, request)
    const added = (managers ?? []).filter((id) => !portal.settings.managers.includes(id))
    const active = await activeEmployees(services, memberId, added)
    if (active !== null && added.some((id) => !active.has(id))) {
      throw new ApiError('invalid', { faults: { managers: { key: 'invalid.user' } } })
    }
    const now = services.clock()
    const settings = await transact(services.db, async (tx) => {
      const before = (await findPortal(tx, memberId))?.settings
      if (!before) throw new ApiError('unauthorized')
      const after = {
        delegate: delegate ?? before.delegate,
        managers: managers ? [...new Set(managers)] : before.managers,
        paused: paused ?? before.paused,
        journalDays: journalDays ?? before.journalDays,
        staleHours: staleHours ?? before.staleHours,
      }
      await storeSettings(tx, memberId, after, now)
      await addAudit(tx, memberId, { userId, action: 'settings-changed', detail: { before, after } }, now)
      return after
    })
    response.json(settings)
  }
}
