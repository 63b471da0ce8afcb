import type { ItemType } from '../bitrix24/directory/item-types.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'

/**
 * Triggers in the order of the portal's types, pipelines and stages, then oldest first, which is how they come. What the
 * portal does not list (any more) comes last.
 */
export function inStageOrder(triggers: readonly ReadyTrigger[], types: readonly ItemType[]): ReadyTrigger[] {
  const places = new Map<string, number>()
  for (const { entityTypeId, pipelines } of types) {
    for (const { categoryId, stages } of pipelines) {
      for (const { stageId } of stages) places.set(placeKey({ entityTypeId, categoryId, stageId }), places.size)
    }
  }
  const place = (trigger: ReadyTrigger) => places.get(placeKey(trigger)) ?? places.size
  return triggers.toSorted((one, other) => place(one) - place(other))
}

function placeKey({
  entityTypeId,
  categoryId,
  stageId,
}: Pick<ReadyTrigger, 'entityTypeId' | 'categoryId' | 'stageId'>) {
  return JSON.stringify([entityTypeId, categoryId, stageId])
}
