import { expect, test } from 'vitest'
import { unmappedKey, unmappedValue } from '../../../app/settings/unmapped.ts'

const created = [{ name: 'Missed' }]

test.each([
  ['a setting that does not exist here', 'Missed', 'fields.line', 'transfer.left-out'],
  ['a chosen employee', 'Missed', 'changeStageAs', 'transfer.as-responsible'],
  ['the place of another trigger of that name', 'Missed', 'stageId', 'transfer.not-made'],
  ['something that a trigger cannot be without', 'Wants a car', 'fields.text', 'transfer.not-made'],
])('%s', (_, name, field, key) => {
  expect(unmappedKey({ name, field, value: 'x' }, created)).toBe(key)
})

test('values are shown as text', () => {
  const values = ['reg1', 7, ['A', 'B'], null, { type: 'user', userId: 15 }]
  const shown = values.map((value) => unmappedValue({ name: '', field: '', value }))
  expect(shown).toEqual(['reg1', '7', 'A, B', '–', '{"type":"user","userId":15}'])
})
