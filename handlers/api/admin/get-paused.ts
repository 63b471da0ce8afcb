import type { Services } from '../../../lib/services.ts'
import { findAccess } from '../../../lib/store/access.ts'
import { findPause } from '../../../lib/store/audit.ts'
import type { SessionHandler } from '../../http/session.ts'

/** `GET /api/paused`: whether an administrator paused all triggers, who and since when; everybody's page says it. */
export function getPaused({ db }: Services): SessionHandler {
  return async ({ portal: { memberId, settings } }, _request, response) => {
    if (!settings.paused) return void response.json({ paused: null })
    const { since, userId } = (await findPause(db, memberId)) ?? { since: null, userId: null }
    const name = userId === null ? null : ((await findAccess(db, memberId, userId))?.name ?? null)
    response.json({ paused: { since, userId, name } })
  }
}
