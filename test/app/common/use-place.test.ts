import { expect, test } from 'vitest'
import { ref } from 'vue'
import { usePlace } from '../../../app/common/use-place.ts'
import { types } from '../samples.ts'

const choose = () => usePlace(ref(types), (pipeline) => pipeline?.stages[0]?.stageId ?? '')

test('another type begins with its first pipeline and that one’s first stage', () => {
  const { place, chosenType } = choose()
  chosenType.value = 2
  expect(place.value).toEqual({ entityTypeId: 2, categoryId: 4, stageId: 'C4:NEW' })
  chosenType.value = 1
  expect(place.value).toEqual({ entityTypeId: 1, categoryId: null, stageId: 'NEW' })
})

test('only stages that may be a target are offered', () => {
  const { chosenType, stageItems, pipelineItems } = choose()
  chosenType.value = 1
  expect(stageItems.value.map(({ value }) => value)).toEqual(['NEW', 'JUNK'])
  expect(pipelineItems.value).toEqual([{ value: 'null', label: 'Lead' }])
})

test('a type that the portal no longer has offers nothing', () => {
  const { place, chosenType, stageItems } = choose()
  chosenType.value = 99
  expect([place.value.stageId, stageItems.value]).toEqual(['', []])
})
