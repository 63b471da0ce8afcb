import type { Services } from '../../../lib/services.ts'
import { deleteAccess as remove } from '../../../lib/store/access.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { transact } from '../../../lib/store/database.ts'
import type { SessionHandler } from '../../http/session.ts'

/** `DELETE /api/access/me`: Stagecue acts no longer in this person's name; the session ends with it. */
export function deleteAccess(services: Services): SessionHandler {
  return async ({ portal: { memberId }, user: { userId } }, _request, response) => {
    const now = services.clock()
    await transact(services.db, async (tx) => {
      await remove(tx, memberId, userId)
      await addAudit(tx, memberId, { userId, action: 'access-withdrawn', detail: {} }, now)
    })
    response.status(204).end()
  }
}
