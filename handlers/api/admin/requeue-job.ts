import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { transact } from '../../../lib/store/database.ts'
import { requeueDeadLetter as retry } from '../../../lib/store/jobs.ts'
import { ApiError } from '../../http/api-error.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

/** `POST /api/work/:id/retry`: parked work is due again. */
export function requeueJob(services: Services): SessionHandler {
  return async ({ portal: { memberId }, user: { userId } }, request, response) => {
    const id = readId(request)
    const now = services.clock()
    const outcome = await transact(services.db, async (tx) => {
      const result = await retry(tx, memberId, id, now)
      if (result === 'due')
        await addAudit(tx, memberId, { userId, action: 'work-retried', detail: { workId: id } }, now)
      return result
    })
    if (outcome === 'none') throw new ApiError('not-found')
    if (outcome === 'same-due') throw new ApiError('conflict', { message: { key: 'errors.same-work-due' } })
    services.worker.wake(memberId)
    response.json({ id: String(id), state: 'due' })
  }
}
