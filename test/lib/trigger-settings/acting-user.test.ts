import { expect, test } from 'vitest'
import type { ReadyTrigger } from '../../../lib/domain/trigger.ts'
import { mayKeepUser } from '../../../lib/trigger-settings/acting-user.ts'
import { newTrigger, settingsOf } from '../../../lib/trigger-settings/settings.ts'
import { newTriggerSchema } from '../../../lib/trigger-settings/trigger-schema.ts'

/** As an administrator saved it, to act as somebody whom no manager may choose. */
const input = newTriggerSchema.parse({
  kind: 'call-missed',
  name: 'Missed',
  entityTypeId: 2,
  categoryId: 4,
  stageId: 'C4:NEW',
  changeStageAs: { type: 'user', userId: 7 },
})
const settings = settingsOf(input, 'call-missed', {}, 'en')
const before: ReadyTrigger = { id: '1', ...newTrigger(settings, 1, new Date(0)) }

/** What a trigger has that nobody sets. */
const readOnly = ['id', 'version', 'createdAt', 'updatedAt', 'createdBy', 'attention', 'lastDays']
const settable = Object.keys(newTriggerSchema.shape).filter((name) => !readOnly.includes(name))

test('every setting of the schema is among those that are compared', () => {
  expect(Object.keys(settings).toSorted()).toEqual(settable.toSorted())
})

test('a manager may save it as it is', () => {
  expect(mayKeepUser(before, structuredClone(settings))).toBe(true)
})

test('of all settings a manager may change its name, and whether it is on and moves', () => {
  const free = settable.filter((name) => mayKeepUser(before, { ...settings, [name]: 'something else' }))
  expect(free.toSorted()).toEqual(['enabled', 'mode', 'name'])
})

test('a setting that is new is not his to change', () => {
  const changed = { ...settings, atNight: true }
  expect(mayKeepUser(before, changed)).toBe(false)
})
