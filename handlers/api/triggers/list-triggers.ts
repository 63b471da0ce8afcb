import { z } from 'zod'
import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { countOutcomes } from '../../../lib/store/decisions.ts'
import { listTriggers as listStored } from '../../../lib/store/triggers.ts'
import { type Language, translate } from '../../../lib/texts/translate.ts'
import { isKindCode, kinds } from '../../../lib/triggers/index.ts'
import { ApiError } from '../../http/api-error.ts'
import { fewAtATime } from '../../http/few-at-a-time.ts'
import { largestId, numberInQuery, readQuery } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { readTypes } from '../directory/read-types.ts'
import { lastDaysSince } from './last-days.ts'
import { triggerJson } from './trigger-json.ts'
import { inStageOrder } from './trigger-order.ts'

const querySchema = z.object({
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
    const ids = ordered.map(({ id }) => id)
    const since = lastDaysSince(services.clock())
    const counts = await twoAtATime(portal.memberId, () => countOutcomes(services.db, portal.memberId, ids, since))
    response.json(ordered.map((trigger) => triggerJson(trigger, counts.get(trigger.id))))
  }
}

/** Capital letters do not matter; the name and the title of the kind are searched. */
function isFound(trigger: ReadyTrigger, search: string, language: Language): boolean {
  const wanted = search.trim().toLowerCase()
  const title = translate(language, `kinds.${trigger.kind}.title`)
  return [trigger.name, title].some((text) => text.toLowerCase().includes(wanted))
}

/** The list must not fail because the portal does not answer: then it comes in the order in which it was made. */
async function typesIfKnown(services: Services, portal: string): Promise<ItemType[]> {
  try {
    return [...(await readTypes(services, portal))]
  } catch (error) {
    if (error instanceof PortalError || error instanceof ApiError) return []
    throw error
  }
}
