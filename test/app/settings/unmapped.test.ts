import { expect, test } from 'vitest'
import { unmappedKey } from '../../../app/settings/unmapped.ts'

const created = [{ name: 'Missed' }]

test.each([
  ['a setting that does not exist here', 'Missed', 'fields.line', 'transfer.left-out'],
  ['a chosen employee', 'Missed', 'changeStageAs', 'transfer.as-responsible'],
  ['the place of another trigger of that name', 'Missed', 'stageId', 'transfer.not-made'],
  ['something that a trigger cannot be without', 'Wants a car', 'fields.text', 'transfer.not-made'],
])('%s', (_, name, field, key) => {
  expect(unmappedKey({ name, field }, created)).toBe(key)
})
