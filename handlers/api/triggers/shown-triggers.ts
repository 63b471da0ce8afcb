import type { ItemType } from '../../../lib/bitrix24/directory/item-types.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { Reason } from '../../../lib/domain/reasons.ts'
import type { ReadyTrigger, Trigger } from '../../../lib/domain/trigger.ts'
import type { Services } from '../../../lib/services.ts'
import { countOutcomes, type Failing, listFailing } from '../../../lib/store/decisions.ts'
import { missesClients, movesNothing } from '../../../lib/triggers/reach.ts'
import { ApiError } from '../../http/api-error.ts'
import { readTypes } from '../directory/read-types.ts'
import { lastDaysSince } from './last-days.ts'
import { type TriggerJson, triggerJson } from './trigger-json.ts'

/** Failures that a person must mend: they do not pass by themselves. */
const mendable: readonly Reason[] = ['no-access', 'no-rights', 'required-fields', 'portal-error', 'stage-gone']

/** Triggers as the API shows them: with the counts of their last days, and with what a person should look at. */
export async function shownTriggers(
  services: Services,
  portal: string,
  triggers: readonly ReadyTrigger[],
): Promise<TriggerJson[]> {
  const ids = triggers.map(({ id }) => id)
  const since = lastDaysSince(services.clock())
  const [counts, failing, types] = await Promise.all([
    countOutcomes(services.db, portal, ids, since),
    listFailing(services.db, portal, mendable, since),
    typesIfKnown(services, portal),
  ])
  return triggers.map((trigger) => {
    const attention = attentionOf(trigger, failing.get(trigger.id), types)
    return { ...triggerJson(trigger, counts.get(trigger.id)), attention }
  })
}

/** What the engine found, else that the trigger can move nothing or hardly anything, else its latest failure since it was saved. */
function attentionOf(
  trigger: ReadyTrigger,
  failing: Failing | undefined,
  types: readonly ItemType[],
): Trigger['attention'] {
  const { attention, enabled, updatedAt } = trigger
  if (attention !== null || !enabled) return attention
  const type = types.find(({ entityTypeId }) => entityTypeId === trigger.entityTypeId)
  const pipeline = type?.pipelines.find(({ categoryId }) => categoryId === trigger.categoryId)
  if (pipeline && movesNothing(trigger, pipeline.stages))
    return { reason: 'moves-nothing', detail: '', since: updatedAt }
  if (type && missesClients(trigger.kind, type)) return { reason: 'no-client', detail: '', since: updatedAt }
  if (!failing || failing.at < updatedAt) return null
  return { reason: failing.reason, detail: '', since: failing.at }
}

/** Nothing that is shown of triggers must fail because the portal does not answer: then its stages are not known. */
export async function typesIfKnown(services: Services, portal: string): Promise<readonly ItemType[]> {
  try {
    return await readTypes(services, portal)
  } catch (error) {
    if (error instanceof PortalError || error instanceof ApiError) return []
    throw error
  }
}
