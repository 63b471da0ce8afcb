import { expect, test } from 'vitest'
import { choicesOf, inputOf, joined, parted } from '../../../app/form/item-value.ts'
import type { ItemFieldChoice } from '../../../app/model.ts'
import { types } from '../samples.ts'

const field = (more: Partial<ItemFieldChoice>): ItemFieldChoice => {
  return { id: 'ufCrmOne', title: 'One', input: 'text', isMultiple: false, options: [], ...more }
}
const options = [
  { id: '51', title: 'in talks' },
  { id: '52', title: 'signed' },
]
const words = { yes: 'yes', no: 'no' }

test.each([
  ['a list', field({ input: 'choice', options }), null, 'choice'],
  ['a list of several', field({ input: 'choice', options, isMultiple: true }), null, 'choices'],
  ['a list, typed before it was offered', field({ input: 'choice', options }), 'signed', 'choice'],
  ['yes or no', field({ input: 'yes-no' }), 'Y', 'choice'],
  ['a stage', field({ input: 'stage' }), null, 'choice'],
  ['an employee', field({ input: 'user' }), '15', 'user'],
  ['an employee by name', field({ input: 'user' }), 'Ines Seller', 'text'],
  ['a day', field({ input: 'date' }), '2026-08-29', 'date'],
  ['a day, typed', field({ input: 'date' }), '29.08.2026', 'text'],
  ['an amount', field({ input: 'number' }), null, 'number'],
  ['anything else', field({}), null, 'text'],
  ['no field, or several', undefined, null, 'text'],
])('%s: given as fits it, without losing what was typed', (_what, one, value, control) => {
  expect(inputOf(one, value)).toBe(control)
})

test('lists offer options, the stages of the pipeline, or yes and no', () => {
  const stages = types[1]?.pipelines[0]?.stages ?? []
  expect(choicesOf(field({ input: 'choice', options }), stages, words)).toEqual([
    { id: '51', label: 'in talks' },
    { id: '52', label: 'signed' },
  ])
  expect(choicesOf(field({ input: 'stage' }), stages, words)[1]).toEqual({ id: 'C4:VISIT', label: 'Visit' })
  expect(choicesOf(field({ input: 'yes-no' }), stages, words).map(({ id }) => id)).toEqual(['Y', 'N'])
})

test('several values are written as the engine writes a list, and read again', () => {
  const many = field({ isMultiple: true })
  expect(joined(['110', '52', '9'])).toBe('9,52,110')
  expect(joined(['WEB', 'CALL'])).toBe('CALL,WEB')
  expect(joined([])).toBeNull()
  expect(parted('9,52,110', many)).toEqual(['9', '52', '110'])
  expect(parted('signed, in talks', field({}))).toEqual(['signed, in talks'])
})
