import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Services } from '../../../lib/services.ts'
import { numberInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

const querySchema = z.object({ entityTypeId: numberInQuery(1, largestId) })

/** `GET /api/fields?entityTypeId=`: the fields of a type of item, for the picker; `missing` as in the other lists. */
export function listItemFields({ directory }: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const { entityTypeId } = readQuery(querySchema, request)
    const answer = await directory.readItemFields(portal.memberId, entityTypeId)
    const missing = answer.missing === undefined ? {} : { missing: answer.missing }
    response.json({ entries: answer.ok ? answer.value : [], next: null, ...missing })
  }
}
