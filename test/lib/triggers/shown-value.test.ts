import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldText } from '../../../lib/triggers/field-text.ts'
import { becomesIt, shownTexts } from '../../../lib/triggers/shown-value.ts'

const becomes = (typed: string, raw: unknown, lang = 'de', ...more: string[]) =>
  becomesIt(typed, { value: fieldText(raw), shown: [...shownTexts(raw, lang), ...more] })

describe('a new value is what was typed', () => {
  test.each([
    ['29.08.2026', '2026-08-29T03:00:00+03:00'],
    ['29.8.2026', '2026-08-29T03:00:00+03:00'],
    ['2026-08-29', '2026-08-29T03:00:00+03:00'],
    ['29.08.2026', '2026-08-29'],
    ['29.08.2026 14:05', '2026-08-29T14:05:00+02:00'],
    ['29.08.2026 14:05:09', '2026-08-29T14:05:09+02:00'],
    ['1500', '1500.00|EUR'],
    ['1 500,5', '1500.50|EUR'],
    ['1\u00a0500', 1500],
    ['signed', '52'],
    ['don’t know', '52'],
  ])('%s for %j', (typed, raw) => {
    expect(becomes(typed, raw, 'de', 'signed', "don't know")).toBe(true)
  })

  test.each([
    ['08/29/2026 2:05 PM', 'en', true],
    ['29/08/2026', 'en', false],
    ['29/08/2026', 'fr', true],
    ['08/29/2026', 'fr', false],
    ['28.08.2026', 'de', false],
    ['14:05', 'de', false],
  ])('%s in a portal that speaks %s: %s', (typed, lang, expected) => {
    expect(becomes(typed, '2026-08-29T14:05:00+02:00', lang)).toBe(expected)
  })

  test.each([
    ['1500', '15000.00|EUR'],
    ['15 000', 1500],
    ['Signed', '52'],
    ['', '52'],
  ])('not %s for %j', (typed, raw) => {
    expect(becomes(typed, raw, 'de', 'signed')).toBe(false)
  })

  test('whatever is typed and comes: no exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.anything(), (typed, raw) => {
        expect(typeof becomes(typed, raw)).toBe('boolean')
      }),
    )
  })
})
