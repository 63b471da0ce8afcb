import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { transact } from '../../../lib/store/database.ts'
import { eraseItem, eraseUser, triggersActingAs } from '../../../lib/store/erase-people.ts'
import { ApiError } from '../../http/api-error.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { itemsOfClient } from './items-of-client.ts'

const id = z.int().min(1).max(largestId)

export const bodySchema = z.union([
  z.strictObject({ userId: id }),
  z.strictObject({ client: z.strictObject({ entityTypeId: id, id }) }),
])

/** `POST /api/erase`: erases what is kept of one employee, or of one client or item. Says in the audit that it was done, and nothing of whom. */
export function erasePerson(services: Services): SessionHandler {
  const { db, clock } = services
  const oneAtATime = fewAtATime(1)
  return async ({ portal: { memberId }, user }, request, response) => {
    const body = readBody(bodySchema, request)
    const items = 'client' in body ? await itemsOfClient(services, memberId, body.client) : []
    const erased = await oneAtATime(memberId, () =>
      transact(db, async (tx) => {
        const audit = {
          userId: user.userId,
          action: 'person-erased',
          detail: { code: 'client' in body ? 'client' : 'user' },
        }
        if ('client' in body) {
          let happenings = 0
          for (const item of items) happenings += await eraseItem(tx, memberId, item)
          await addAudit(tx, memberId, audit, clock())
          return { happenings }
        }
        const acting = await triggersActingAs(tx, memberId, body.userId)
        if (acting.length > 0) {
          throw new ApiError('conflict', {
            message: { key: 'errors.acts-in-triggers', params: { names: acting.join(', ') } },
          })
        }
        await eraseUser(tx, memberId, body.userId, clock())
        const isHimself = user.userId === body.userId
        await addAudit(tx, memberId, { ...audit, userId: isHimself ? null : audit.userId }, clock())
        return {}
      }),
    )
    response.json(erased)
  }
}
