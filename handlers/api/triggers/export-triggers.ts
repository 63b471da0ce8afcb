import type { Services } from '../../../lib/services.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'
import { inputOf } from '../../../lib/trigger-settings/settings.ts'
import type { SessionHandler } from '../../http/session.ts'

/** The form of the exported file; a later one reads the earlier ones. */
export const exportVersion = 1

/** `GET /api/export`: all triggers of the portal, as a file that `POST /api/import` of any portal takes. */
export function exportTriggers({ db, clock }: Services): SessionHandler {
  return async ({ portal: { memberId } }, _request, response) => {
    const triggers = await listTriggers(db, memberId)
    response.attachment('stagecue-triggers.json')
    response.json({ version: exportVersion, exportedAt: clock().toISOString(), triggers: triggers.map(inputOf) })
  }
}
