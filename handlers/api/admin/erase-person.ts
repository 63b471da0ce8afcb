import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import type { Services } from '../../../lib/services.ts'
import { addAudit } from '../../../lib/store/audit.ts'
import { type Db, transact } from '../../../lib/store/database.ts'
import { eraseClient } from '../../../lib/store/erase-client.ts'
import { eraseUser, triggersActingAs } from '../../../lib/store/erase-people.ts'
import { ApiError } from '../../http/api-error.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { findClientRefs } from './find-client-refs.ts'

const id = z.int().min(1).max(largestId)

export const bodySchema = z.union([
  z.strictObject({ userId: id }),
  z.strictObject({ client: z.strictObject({ entityTypeId: id, id }) }),
])

/** `POST /api/erase`: erases what is kept of one employee, or of one client or item. Says in the audit that it was done, and nothing of whom. */
export function erasePerson(services: Services): SessionHandler {
  const oneAtATime = fewAtATime(1)
  return async ({ portal: { memberId }, user }, request, response) => {
    const body = readBody(bodySchema, request)
    const erase =
      'client' in body
        ? await eraseClientOf(services, memberId, body.client)
        : async (tx: Db) => eraseEmployee(tx, memberId, body.userId, services.clock())
    const entry = { action: 'person-erased', detail: { code: 'client' in body ? 'client' : 'user' } }
    const isHimself = 'userId' in body && body.userId === user.userId
    const erased = await oneAtATime(memberId, () =>
      transact(services.db, async (tx) => {
        const answer = await erase(tx)
        await addAudit(tx, memberId, { ...entry, userId: isHimself ? null : user.userId }, services.clock())
        return answer
      }),
    )
    response.json(erased)
  }
}

/** The portal is asked whose items they are before anything is erased. */
async function eraseClientOf(services: Services, portal: string, client: Ref) {
  const clientRefs = await findClientRefs(services, portal, client)
  return async (tx: Db) => ({ happenings: await eraseClient(tx, portal, clientRefs) })
}

async function eraseEmployee(tx: Db, portal: string, userId: number, now: Date): Promise<object> {
  const acting = await triggersActingAs(tx, portal, userId)
  if (acting.length > 0) {
    throw new ApiError('conflict', {
      message: { key: 'errors.acts-in-triggers', params: { names: acting.join(', ') } },
    })
  }
  await eraseUser(tx, portal, userId, now)
  return {}
}
