import { z } from 'zod'
import type { ItemFields, ValueInput } from '../../../lib/api/item-field.ts'
import { type ItemField, MULTIFIELD } from '../../../lib/bitrix24/directory/item-fields.ts'
import { largestId } from '../../../lib/domain/ids.ts'
import type { Services } from '../../../lib/services.ts'
import { numberInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'

export const querySchema = z.object({ entityTypeId: numberInQuery(1, largestId) })

/**
 * `GET /api/fields?entityTypeId=`: the fields of a type of item that can be watched, for the picker, with how a value of each is given and what it
 * may hold where that is a list; `missing` as in the other lists.
 */
export function listItemFields({ directory }: Services): SessionHandler {
  return async ({ portal }, request, response) => {
    const { entityTypeId } = readQuery(querySchema, request)
    const answer = await directory.readItemFields(portal.memberId, entityTypeId)
    const missing = answer.missing === undefined ? {} : { missing: answer.missing }
    const fields = (answer.ok ? answer.value : []).filter(({ type }) => type !== MULTIFIELD)
    const entries = fields.map((field) => {
      const { id, title, isMultiple, options } = field
      return { id, title, input: inputOf(field), isMultiple, options: [...options] }
    })
    const fitting: ItemFields = { entries, next: null, ...missing }
    response.json(fitting)
  }
}

/** By the types of `crm.item.fields` (`platform.md` 5.6). */
const inputs: Readonly<Record<string, ValueInput>> = {
  boolean: 'yes-no',
  date: 'date',
  datetime: 'date',
  user: 'user',
  employee: 'user',
  integer: 'number',
  double: 'number',
  money: 'number',
}

function inputOf({ id, type, options }: ItemField): ValueInput {
  if (options.length > 0) return 'choice'
  if (id === 'stageId') return 'stage'
  return inputs[type] ?? 'text'
}
