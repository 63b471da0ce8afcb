import { stageEntityId } from '../../../bitrix24/directory/stages.ts'
import { DEAL, INVOICE } from '../../../domain/entity-types.ts'
import type { Origin } from '../../../domain/occurrence.ts'
import type { ItemFacts } from '../../../triggers/facts.ts'
import { fieldText } from '../../../triggers/field-text.ts'
import type { Entered } from '../../events/inbound-event.ts'
import type { Pipeline } from '../../snapshot/fetch-plan.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import type { FieldChanges } from './field-changes.ts'
import type { WatchedItem } from './watched-item.ts'

/** Pipelines of the invoices that events point at: only their stages tell whether one is paid. */
export function invoicePipelines(snapshot: PortalSnapshot): Pipeline[] {
  return [...snapshot.watched.values()].flatMap((watched) =>
    watched?.item.entityTypeId === INVOICE ? [watched.item] : [],
  )
}

/** The item and its history may tell of the same change by different seconds. */
const SAME_CHANGE_MS = 2000

/**
 * An item as it was when it entered a stage, which its stage history tells. Where an invoice still stands in its paid stage the moment is the
 * one that the item itself names, as in the facts of an event.
 */
export function enteredFacts(
  { item, updatedTime, dealId }: WatchedItem,
  snapshot: PortalSnapshot,
  { as, stageId, categoryId, at, nth: sequence }: Entered,
  seen: Pick<ItemFacts, 'heardAt' | 'seenAt'>,
): { facts: ItemFacts; origin: Origin } {
  const { entityTypeId, id } = item
  const place = { entityTypeId, id, categoryId, stageId }
  const origin = originOf(item, dealId)
  if (as === 'change') {
    const changed = [{ name: 'stageId', value: fieldText(stageId), shown: titlesOf(snapshot, place) }]
    const times = { movedTime: at, updatedTime: at }
    return { facts: { shape: 'item', ...place, semantics: null, ...times, changed, sequence, ...seen }, origin }
  }
  const stays =
    item.stageId === stageId && Math.abs(Date.parse(item.movedTime ?? '') - Date.parse(at)) <= SAME_CHANGE_MS
  const movedTime = stays && item.movedTime !== null ? new Date(item.movedTime).toISOString() : at
  const paid = { semantics: 'success' as const, movedTime, updatedTime, changed: [], sequence: 1 }
  return { facts: { shape: 'item', ...place, ...paid, ...seen }, origin }
}

/** An item as facts, and where its happenings look for items to move: itself, and for an invoice its deal. */
export function itemFacts(
  { item, updatedTime, dealId }: WatchedItem,
  snapshot: PortalSnapshot,
  { changed, sequence }: Pick<FieldChanges, 'changed' | 'sequence'>,
  seen: Pick<ItemFacts, 'heardAt' | 'seenAt'>,
): { facts: ItemFacts; origin: Origin } {
  const { entityTypeId, id, categoryId, stageId } = item
  const stages = snapshot.stages.get(stageEntityId(entityTypeId, categoryId)) ?? []
  const semantics = stages.find((stage) => stage.stageId === stageId)?.semantics ?? null
  const movedTime = item.movedTime === null ? null : new Date(item.movedTime).toISOString()
  return {
    facts: {
      shape: 'item',
      entityTypeId,
      id,
      categoryId,
      stageId,
      semantics,
      movedTime,
      updatedTime,
      changed: changed.map((one) => (one.name === 'stageId' ? { ...one, shown: titlesOf(snapshot, item) } : one)),
      sequence,
      ...seen,
    },
    origin: originOf(item, dealId),
  }
}

/** What the stage of an item is called. */
function titlesOf(
  { stages }: PortalSnapshot,
  { entityTypeId, categoryId, stageId }: Pick<ItemFacts, 'entityTypeId' | 'categoryId' | 'stageId'>,
): string[] {
  const ofPipeline = stages.get(stageEntityId(entityTypeId, categoryId)) ?? []
  return ofPipeline.filter((stage) => stage.stageId === stageId).map(({ title }) => title)
}

function originOf({ entityTypeId, id }: WatchedItem['item'], dealId: number | null): Origin {
  const deal = dealId === null ? [] : [{ entityTypeId: DEAL, id: dealId }]
  return { activityId: null, refs: [{ entityTypeId, id }, ...deal] }
}
