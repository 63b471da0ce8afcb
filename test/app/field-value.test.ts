import { describe, expect, test } from 'vitest'
import { expectedText, valueText } from '../../app/field-value.ts'
import { format, names } from './samples.ts'

/** Names as the server tells them: of a field that knows yes and no, and of a day. */
const told: Record<string, string> = {
  'ufCrmPaid Y': 'yes',
  'ufCrmWhen 2026-08-29': 'Aug 29, 2026',
  'sourceId 1|TELEGRAM': 'Telegram',
}
const parts = {
  format,
  names: { ...names, value: (_: number, field: string, value: string) => told[`${field} ${value}`] ?? value },
}
const of = (field: string, value: string) => valueText({ entityTypeId: 2, field }, value, parts)

describe('a value in words', () => {
  test.each([
    ['ufCrmPaid', 'Y', 'yes'],
    ['title', 'Y', 'Y'],
    ['title', 'N', 'N'],
    ['ufCrmWhen', '2026-08-29', 'Aug 29, 2026'],
    ['title', '2026-08-29', '2026-08-29'],
    ['sourceId', '1|TELEGRAM', 'Telegram'],
    ['sourceId', '1|TELEGRAM,WEB', 'Telegram and WEB'],
  ])('of the field %s: %s is read “%s”', (field, value, text) => {
    expect(of(field, value)).toBe(text)
  })

  test('of several fields is what the first says that has a word for it', () => {
    const awaited = (fieldNames: string[]) =>
      expectedText({ entityTypeId: 2, fields: { fieldNames, becomes: 'Y' } }, parts)
    expect(awaited(['title', 'ufCrmPaid'])).toBe('yes')
    expect(awaited(['title', 'comments'])).toBe('Y')
    expect(awaited([])).toBe('Y')
  })
})
