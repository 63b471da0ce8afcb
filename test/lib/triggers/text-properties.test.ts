import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainText, textsIn } from '../../../lib/triggers/chat-text.ts'
import { copiedFrom } from '../../../lib/triggers/connector-headings.ts'
import { comparable } from '../../../lib/triggers/letters.ts'

/** The sets that `triggers.md` says are alike; each is alike within itself alone. */
const blanks = [' ', '\u00A0', '\t', '\n', '\r\n', '\u2003', '\u3000', '  ', ' \n ']
const unseen = ['\u200B', '\u200D', '\u00AD', '\uFE0F', '\u200E', '\u2060', '\uFEFF']
const single = ["'", '\u2018', '\u2019', '\u201A', '\u201B']
const double = ['"', '\u201C', '\u201D', '\u201E', '\u201F']
const dashes = ['-', '\u2010', '\u2011', '\u2013', '\u2014', '\u2212']
const sets = [blanks, single, double, dashes]

/** Letters, digits and signs that are like nothing but themselves. */
const letter = fc.constantFrom(...'aAzZеЕёЁäßéи\u0306щñ中あ0579.,:!?+%@/\\^$*(){}|~«»`´')
const plain = fc.string({ unit: letter, minLength: 1, maxLength: 30 }).map((text) => text.normalize('NFC'))

/** Foreign text: whatever is Unicode, and what the comparison treats in its own way, near each other. */
const foreign = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '&',
      'amp',
      ';',
      '#',
      '38',
      'x26',
      'lt',
      'semi',
      '&amp;',
      '&#769;',
      '&shy;',
      '\u037E',
      '\u0301',
      '\uD800',
    ),
    fc.constantFrom('[', ']', '[quote]', '[/quote]', '[b]', '[br]', '[s]', '>', '\n', '===', '-'.repeat(54)),
    fc.constantFrom(...sets.flat(), ...unseen),
    letter,
  ),
  maxLength: 60,
})

/** The same text as another messenger or keyboard may write it. */
const asWritten = (text: string) => {
  const letters = [...text].map((sign) => {
    const like = sets.find((set) => set.includes(sign)) ?? [sign]
    const code = `&#${sign.codePointAt(0)};`
    return fc.tuple(fc.constantFrom(...like, code), fc.constantFrom('', '', ...unseen)).map((parts) => parts.join(''))
  })
  return fc.tuple(...letters).map((parts) => parts.join(''))
}

describe('the comparison of texts', () => {
  test('is idempotent', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(comparable(comparable(text))).toBe(comparable(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('is blind to nothing but what is named', () => {
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        expect(comparable(one)).toBe(one)
        expect(comparable(one) === comparable(other)).toBe(one === other)
      }),
    )
    const [first, ...others] = sets.map(([sign]) => sign ?? '')
    for (const other of others) expect(comparable(`a${first}b`)).not.toBe(comparable(`a${other}b`))
  })

  test('is blind to what is named, wherever it stands', () => {
    const words = fc.string({
      unit: fc.oneof(letter, fc.constantFrom(' ', "'", '"', '-')),
      minLength: 1,
      maxLength: 20,
    })
    const text = words.map((one) => one.normalize('NFC').replace(/ +/g, ' ').trim()).filter((one) => one !== '')
    const written = text.chain((one) => fc.tuple(fc.constant(one), asWritten(one)))
    fc.assert(
      fc.property(written, ([one, other]) => {
        expect(comparable(other)).toBe(comparable(one))
        expect(textsIn(`so: ${other} !`, [one])).toEqual([one])
      }),
    )
  })

  test('finds whole words only', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aéщ1中'), minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(word, word, word, (before, text, after) => {
        expect(textsIn(`${before} ${text} ${after}`, [text])).toEqual([text])
        fc.pre(text.length > Math.max(before.length, after.length))
        expect(textsIn(`${before}${text}`, [text])).toEqual([])
        expect(textsIn(`${text}${after}`, [text])).toEqual([])
      }),
    )
  })

  test('takes whatever is written', () => {
    fc.assert(
      fc.property(foreign, foreign, (message, text) => {
        expect(textsIn(message, [text]).length).toBeLessThanOrEqual(1)
        expect(plainText(message).length).toBeLessThanOrEqual(message.length)
        expect(['employee', 'system', null]).toContain(copiedFrom(message))
      }),
      { numRuns: 2000 },
    )
  })
})
