import type { Services } from '../../../lib/services.ts'
import { endSessions } from '../../../lib/store/access.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { transact } from '../../../lib/store/database.ts'
import type { SessionHandler } from '../../http/session.ts'

/** `POST /api/access/sign-out`: ends everybody's sessions, the caller's too. Open pages must prove themselves to the portal anew. */
export function postSignOut(services: Services): SessionHandler {
  return async ({ portal: { memberId }, user: { userId } }, _request, response) => {
    const now = services.clock()
    await transact(services.db, async (tx) => {
      await endSessions(tx, memberId)
      await addAudit(tx, memberId, { userId, action: 'signed-out', detail: {} }, now)
    })
    response.status(204).end()
  }
}
