import { computed, type Ref, ref } from 'vue'
import type { ItemType, Pipeline } from '../model.ts'
import { findPipeline } from '../names.ts'

/** Where items move to: type, pipeline and stage. */
export type PlaceOfStage = { entityTypeId: number; categoryId: number | null; stageId: string }

/**
 * Chooses type, pipeline and stage one after the other: another type begins with its first pipeline, another pipeline with the stage
 * that `firstStage` names.
 */
export function usePlace(types: Ref<readonly ItemType[]>, firstStage: (pipeline: Pipeline | undefined) => string) {
  const place = ref<PlaceOfStage>({ entityTypeId: 0, categoryId: null, stageId: '' })
  const type = computed(() => types.value.find((one) => one.entityTypeId === place.value.entityTypeId))
  const pipeline = computed(() => findPipeline(types.value, place.value))

  function choose(entityTypeId: number, categoryId: number | null): void {
    const stageId = firstStage(findPipeline(types.value, { entityTypeId, categoryId }))
    place.value = { entityTypeId, categoryId, stageId }
  }

  return {
    place,
    chosenType: computed({
      get: () => place.value.entityTypeId,
      set: (entityTypeId: number) => {
        const wanted = types.value.find((one) => one.entityTypeId === entityTypeId)
        choose(entityTypeId, wanted?.pipelines[0]?.categoryId ?? null)
      },
    }),
    /** The kit's select knows no `null`. */
    chosenPipeline: computed({
      get: () => String(place.value.categoryId),
      set: (categoryId: string) => choose(place.value.entityTypeId, categoryId === 'null' ? null : Number(categoryId)),
    }),
    typeItems: computed(() => types.value.map((one) => ({ value: one.entityTypeId, label: one.title }))),
    pipelineItems: computed(() => {
      return (type.value?.pipelines ?? []).map((one) => ({ value: String(one.categoryId), label: one.title }))
    }),
    stageItems: computed(() => {
      const targets = (pipeline.value?.stages ?? []).filter(({ canBeTarget }) => canBeTarget)
      return targets.map((one) => ({ value: one.stageId, label: one.title }))
    }),
  }
}
