import type { Services } from '../../../lib/services.ts'
import { findTriggerHistory } from '../../../lib/store/triggers.ts'
import { inputOf } from '../../../lib/trigger-settings/settings.ts'
import { ApiError } from '../../http/api-error.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

/** So many versions are shown. */
const LATEST = 50

/** `GET /api/triggers/:id/versions`: what the trigger was, by whom it was changed, newest first; `trigger` is null: deleted. */
export function getVersions({ db }: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const versions = await findTriggerHistory(db, portal.memberId, String(readId(request)), LATEST)
    if (versions.length === 0) throw new ApiError('not-found')
    response.json({
      versions: versions.map(({ trigger, ...version }) => ({ ...version, trigger: trigger && inputOf(trigger) })),
    })
  }
}
