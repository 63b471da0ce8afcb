import { stageEntityId } from '../../portal/stages.ts'
import type { Origin } from '../../store/occurrence.ts'
import type { ItemFacts } from '../../triggers/facts.ts'
import { DEAL, INVOICE } from '../refs.ts'
import type { FieldChanges } from './compare-fields.ts'
import type { Pipeline } from './read.ts'
import type { Reading } from './reading.ts'
import type { WatchedItem } from './watched-item.ts'

/** Pipelines of the invoices that notices point at: only their stages tell whether one is paid. */
export function invoicePipelines(reading: Reading): Pipeline[] {
  return [...reading.watched.values()].flatMap((watched) =>
    watched?.item.entityTypeId === INVOICE ? [watched.item] : [],
  )
}

/** An item as facts, and where its happenings look for items to move: itself, and for an invoice its deal. */
export function itemFacts(
  { item, updatedTime, dealId }: WatchedItem,
  reading: Reading,
  { changed, nth }: Pick<FieldChanges, 'changed' | 'nth'>,
  seen: Pick<ItemFacts, 'heardAt' | 'seenAt'>,
): { facts: ItemFacts; origin: Origin } {
  const { entityTypeId, id, categoryId, stageId } = item
  const stages = reading.stages.get(stageEntityId(entityTypeId, categoryId)) ?? []
  const semantics = stages.find((stage) => stage.stageId === stageId)?.semantics ?? null
  const movedTime = item.movedTime === null ? null : new Date(item.movedTime).toISOString()
  const deal = dealId === null ? [] : [{ entityTypeId: DEAL, id: dealId }]
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
      changed,
      nth,
      ...seen,
    },
    origin: { activityId: null, refs: [{ entityTypeId, id }, ...deal] },
  }
}
