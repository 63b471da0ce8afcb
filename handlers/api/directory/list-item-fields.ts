import { z } from 'zod'
import { MULTIFIELD } from '../../../lib/bitrix24/directory/item-fields.ts'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Services } from '../../../lib/services.ts'
import { numberInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

const querySchema = z.object({ entityTypeId: numberInQuery(1, largestId) })

/** `GET /api/fields?entityTypeId=`: the fields of a type of item that can be watched, for the picker, with what they may hold where that is a list; `missing` as in the other lists. */
export function listItemFields({ directory }: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const { entityTypeId } = readQuery(querySchema, request)
    const answer = await directory.readItemFields(portal.memberId, entityTypeId)
    const missing = answer.missing === undefined ? {} : { missing: answer.missing }
    const fields = (answer.ok ? answer.value : []).filter(({ type }) => type !== MULTIFIELD)
    const entries = fields.map(({ id, title, options }) => ({ id, title, ...(options.length > 0 && { options }) }))
    response.json({ entries, next: null, ...missing })
  }
}
