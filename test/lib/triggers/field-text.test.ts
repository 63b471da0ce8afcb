import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldText } from '../../../lib/triggers/field-text.ts'

/** Values of fields as text (`triggers.md`, "Payments and fields"). */
describe('the value of a field', () => {
  test.each<[unknown, string]>([
    [null, ''],
    [undefined, ''],
    ['', ''],
    [[], ''],
    [1500, '1500'],
    [1500.5, '1500.5'],
    ['1500.50', '1500.5'],
    ['1500.00', '1500'],
    ['-0.10', '-0.1'],
    ['1500', '1500'],
    ['007', '007'],
    [true, 'Y'],
    [false, 'N'],
    ['Y', 'Y'],
    [[10, 9, 2], '2,9,10'],
    [['b', 'a', '10'], '10,a,b'],
    ['100.00|EUR', '100.00|EUR'],
    ['2026-08-29T12:00:00+02:00', '2026-08-29T10:00:00.000Z'],
    ['2026-99-29T12:00:00+02:00', '2026-99-29T12:00:00+02:00'],
    ['  padded ', 'padded'],
  ])('%j is %j', (value, text) => {
    expect(fieldText(value)).toBe(text)
  })

  test('a file is told by its id: its address changes with every reading', () => {
    expect(fieldText({ id: 55, url: '/a?token=1' })).toBe(fieldText({ id: 55, url: '/a?token=2' }))
    expect(fieldText([{ id: 55 }, { id: 7 }])).toBe('7,55')
  })

  test('a list is the same in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer(), fc.double())), fc.nat(), (list, by) => {
        const turned = [...list.slice(by % (list.length + 1)), ...list.slice(0, by % (list.length + 1))]
        expect(fieldText(turned)).toBe(fieldText(list))
      }),
    )
  })

  test('what the portal writes is what a manager wrote of it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fieldText(fieldText(text))).toBe(fieldText(text))
      }),
    )
  })
})
