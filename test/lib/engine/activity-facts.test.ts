import { expect, test } from 'vitest'
import { parseActivity } from '../../../lib/engine/sources/activity/activity-facts.ts'

test.each([
  ['an empty list', []],
  ['false', false],
  ['null', null],
  ['an empty text', ''],
  ['nothing at all', undefined],
])('settings and parameters of an activity that come as %s are none', (_what, value) => {
  const row = {
    ID: '9051',
    TYPE_ID: '4',
    CREATED: '2026-08-29T09:00:05+02:00',
    SETTINGS: value,
    PROVIDER_PARAMS: value,
  }
  expect(parseActivity(row)).toMatchObject({ id: 9051, settings: {}, providerParams: {} })
})
