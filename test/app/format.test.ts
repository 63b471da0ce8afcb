import { expect, test } from 'vitest'
import { createFormat } from '../../app/format.ts'

test.each([
  ['en', '1 min 30 sec', '1 hr'],
  ['ru', '1 мин 30 с', '1 ч'],
  ['de', '1 Minute 30 Sekunden', '1 Stunde'],
])('%s writes durations in two units, none of which ends with a full stop', (locale, minutes, hours) => {
  const { duration } = createFormat(locale)
  expect([duration(90), duration(3600)]).toEqual([minutes, hours])
})
