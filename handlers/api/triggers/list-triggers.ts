import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { listTriggers as listStored } from '../../../lib/store/triggers.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { inStageOrder } from '../../../lib/trigger-settings/trigger-order.ts'
import { isKindCode, kinds } from '../../../lib/triggers/index.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { numberInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { shownTriggers, typesIfKnown } from './shown-triggers.ts'

export const querySchema = z.object({
  entityTypeId: numberInQuery(1, largestId).optional(),
  /** `null`: types with one pipeline. */
  categoryId: z.union([z.literal('null').transform(() => null), numberInQuery(0, largestId)]).optional(),
  group: z.enum(['email', 'telephony', 'forms', 'channels', 'payments']).optional(),
  search: z.string().max(200).optional(),
})

/** `GET /api/triggers`: in stage order, then oldest first. */
export function listTriggers(services: Services): SessionHandler {
  const twoAtATime = fewAtATime(2)
  return async ({ portal, language }, request, response) => {
    const { entityTypeId, categoryId, group, search } = readQuery(querySchema, request)
    const stored = await listStored(services.db, portal.memberId, { entityTypeId, categoryId })
    const found = stored.filter((trigger) => {
      if (group !== undefined && (!isKindCode(trigger.kind) || kinds[trigger.kind].group !== group)) return false
      return search === undefined || isFound(trigger, search, language)
    })
    const ordered = inStageOrder(found, await typesIfKnown(services, portal.memberId))
    response.json(await twoAtATime(portal.memberId, () => shownTriggers(services, portal.memberId, ordered)))
  }
}

/** Capital letters do not matter; the name and the title of the kind are searched. */
function isFound(trigger: ReadyTrigger, search: string, language: Language): boolean {
  const wanted = search.trim().toLowerCase()
  const title = translate(language, `kinds.${trigger.kind}.title`)
  return [trigger.name, title].some((text) => text.toLowerCase().includes(wanted))
}
