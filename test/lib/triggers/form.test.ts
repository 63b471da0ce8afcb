import { expect, test } from 'vitest'
import type { ActivityFacts } from '../../../lib/triggers/facts.ts'
import { formSubmitted } from '../../../lib/triggers/form-submitted.ts'
import { chat, submission } from './facts.ts'

const read = (change: Partial<ActivityFacts> = {}) => formSubmitted.recognise(submission(change))

test('a submission of a callback form counts once, at its CREATED', () => {
  expect(read()).toEqual({
    key: 'form-submitted:9103',
    at: '2026-08-29T07:00:05.000Z',
    facts: { activityId: 9103, formId: '14', callback: true },
  })
})

test('an ordinary form is none, whatever the trigger asks for', () => {
  expect(read({ form: { callback: false } })).toBeNull()
})

test('another activity is none', () => {
  expect(formSubmitted.recognise(chat())).toBeNull()
})

test('a trigger asks for its form, or for any callback form', () => {
  const occurrence = read()
  if (occurrence === null) throw new Error('not recognised')
  expect(formSubmitted.matches({ formId: '14' }, occurrence)).toBe(true)
  expect(formSubmitted.matches({ formId: '15' }, occurrence)).toBe(false)
  expect(formSubmitted.matches({}, occurrence)).toBe(true)
})

test('where nobody can tell whether it is a callback form, only the chosen form counts', () => {
  const occurrence = read({ form: { callback: null } })
  if (occurrence === null) throw new Error('not recognised')
  expect(formSubmitted.matches({ formId: '14' }, occurrence)).toBe(true)
  expect(formSubmitted.matches({}, occurrence)).toBe(false)
})
