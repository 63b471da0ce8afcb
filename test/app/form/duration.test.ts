import { expect, test } from 'vitest'
import { secondsOf, written } from '../../../app/form/duration.ts'

test.each([
  [null, '', ''],
  [0, '', '0'],
  [45, '', '45'],
  [60, '1', '0'],
  [90, '1', '30'],
  [3600, '60', '0'],
])('%s seconds are written as minutes “%s” and seconds “%s”, and read back', (value, minutes, seconds) => {
  expect(written(value)).toEqual({ minutes, seconds })
  expect(secondsOf({ minutes, seconds })).toBe(value)
})

test('what is no whole number stays as it was written, to be put right', () => {
  expect(secondsOf({ minutes: '1.5', seconds: '' })).toBe('1.5')
  expect(secondsOf({ minutes: '', seconds: '-5' })).toBe('-5')
  expect(secondsOf({ minutes: '1', seconds: 'ten' })).toBe('ten')
  expect(secondsOf({ minutes: ' 2 ', seconds: '' })).toBe(120)
})
