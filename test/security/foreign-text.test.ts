import { setImmediate } from 'node:timers/promises'
import { isbot } from 'isbot'
import { describe, expect, test } from 'vitest'
import { errorFromAnswer } from '../../lib/bitrix24/errors/from-answer.ts'
import { cleanText, quotedNames } from '../../lib/bitrix24/errors/text.ts'
import { bodyLinks, HTML, LONGEST_BODY } from '../../lib/engine/sources/activity/body-links.ts'
import { isEmptyBody } from '../../lib/engine/sources/activity/empty-body.ts'
import { mailFacts } from '../../lib/engine/sources/activity/mail-facts.ts'
import { startsWithAddress } from '../../lib/triggers/address.ts'
import { automaticMail } from '../../lib/triggers/automatic-mail.ts'
import { plainText, textFinder } from '../../lib/triggers/chat-text.ts'
import { fieldText } from '../../lib/triggers/field-text.ts'
import { comparable } from '../../lib/triggers/letters.ts'
import { becomesIt, shownTexts } from '../../lib/triggers/shown-value.ts'
import { bestOf } from './best-of.ts'
import { hostileTexts } from './hostile-texts.ts'

/** Milliseconds; a text that takes the square of its length takes seconds. */
const LONGEST_MS = 50

/**
 * Of a body that is as long as is looked at a quarter is tried, in a quarter of the time: time that grows with the text shrinks with it, and the
 * square of this length still takes many times too long.
 */
const PART_OF_BODY = LONGEST_BODY / 4
const PART_MS = LONGEST_MS / 4

/** Whatever looks at a text that strangers write, letters of the texts that are tried, what it is called, and how long it may take. */
const readers: [name: string, longest: number, read: (text: string) => unknown, longestMs?: number][] = [
  ['a chat message as a reader sees it', 20_000, plainText],
  [
    'own texts of triggers in a chat message',
    20_000,
    textFinder(['price', 'a b', '1', '[b', 'a'.repeat(500), 'e\u0301']),
  ],
  // Values of a million letters, of which it looks at all: a tenth of them in a tenth of the time.
  ['the value of a field', 100_000, fieldText, LONGEST_MS / 10],
  ['links in an e-mail that is text', PART_OF_BODY, (text) => bodyLinks(text, 1), PART_MS],
  ['links in an e-mail that is HTML', PART_OF_BODY, (text) => bodyLinks(text, 3), PART_MS],
  ["links in an e-mail that is HTML: one tag's name", PART_OF_BODY, (text) => bodyLinks(`<${text}`, 3), PART_MS],
  [
    "links in an e-mail that is HTML: a link's address",
    PART_OF_BODY,
    (text) => bodyLinks(`<a href="${text}">`, 3),
    PART_MS,
  ],
  ['whether an e-mail that is text says nothing', PART_OF_BODY, (text) => isEmptyBody(text, 1), PART_MS],
  ['whether an e-mail that is HTML says nothing', PART_OF_BODY, (text) => isEmptyBody(text, 3), PART_MS],
  ['whether quotes in quotes say nothing', 1000, (text) => isEmptyBody(`${'<blockquote>'.repeat(1000)}${text}`, 3)],
  ['a new value as screens show it', PART_OF_BODY, (text) => shownTexts(text, 'en'), PART_MS],
  ['a new value and what was typed', 500, (text) => becomesIt(text, { value: text, shown: [text] })],
  ['a text as others are compared with it', 20_000, comparable],
  ['who wrote an e-mail', PART_OF_BODY, (text) => automaticMail(mailFacts(text, headersOf(text))), 2 * PART_MS],
  [
    'an address that a link leads to',
    2000,
    (text) => startsWithAddress(`https://a.example/${text}`, 'https://a.example/'),
  ],
  ['the host of an address', 2000, (text) => startsWithAddress(`https://${text}`, 'https://a.example/')],
  ['what a browser calls itself', 16_000, isbot],
  ["a portal's error", PART_OF_BODY, cleanText, PART_MS],
  ["names in a portal's error", PART_OF_BODY, quotedNames, PART_MS],
  ['errors of five commands: a batch may have fifty', PART_OF_BODY, fiveErrors, LONGEST_MS / 10],
]

function headersOf(text: string) {
  return { EMAIL_META: { from: text, to: text, cc: text }, MESSAGE_HEADERS: { [text]: text, 'message-id': text } }
}

/** What each reader takes too long for, by the length of the texts and the reader's name. */
const slowTexts = new Map<number, Promise<ReadonlyMap<string, string[]>>>()

/**
 * All readers of one length are given a text before the next one is made: making a text takes the processor longer than many readers do.
 */
function slowTextsOf(longest: number): Promise<ReadonlyMap<string, string[]>> {
  const known = slowTexts.get(longest) ?? findSlowTexts(longest)
  slowTexts.set(longest, known)
  return known
}

async function findSlowTexts(longest: number): Promise<ReadonlyMap<string, string[]>> {
  const alike = readers.filter(([, length]) => length === longest)
  const slow = new Map<string, string[]>(alike.map(([name]) => [name, []]))
  for (const text of hostileTexts(longest)) {
    for (const [name, , read, longestMs = LONGEST_MS] of alike) {
      const took = bestOf(5, longestMs, () => read(text))
      if (took >= longestMs) slow.get(name)?.push(`${took} ms: ${JSON.stringify(text.slice(0, 60))}`)
    }
    // The run's own messages come through between two texts.
    await setImmediate()
  }
  return slow
}

describe('one text stops every tenant', () => {
  // The first of a length waits for all readers of it: hundreds of texts.
  test.each(readers)('%s', { timeout: 400_000 }, async (name, longest) => {
    const slow = await slowTextsOf(longest)
    expect(slow.get(name)).toEqual([])
  })

  test('of an e-mail no more is looked at than its beginning', () => {
    const link = '<a href="https://shop.example/">'
    const behind = (length: number, type: number) => bodyLinks(' '.repeat(length - link.length) + link, type)
    for (const type of [1, HTML]) {
      expect(behind(LONGEST_BODY, type)).toHaveLength(1)
      expect(behind(LONGEST_BODY + link.length, type)).toEqual([])
      expect(isEmptyBody(`${' '.repeat(LONGEST_BODY - 1)}a`, type)).toBe(false)
      expect(isEmptyBody(`${' '.repeat(LONGEST_BODY)}a`, type)).toBe(true)
    }
  })

  test('hundreds of triggers look for texts that a message nearly contains', () => {
    const texts = Array.from({ length: 500 }, (_, index) =>
      index % 2 ? 'a'.repeat(index) : `a a${' a'.repeat(index / 2)}`,
    )
    for (const atom of ['a', 'a ', 'aab ', `${'a '.repeat(200)}b`, `${'-'.repeat(53)}a`]) {
      const message = atom.repeat(20_000 / atom.length)
      expect(
        bestOf(5, LONGEST_MS, () => textFinder(texts)(message)),
        atom,
      ).toBeLessThan(LONGEST_MS * 2)
    }
  })
})

function fiveErrors(text: string): void {
  const asked = { writes: true, now: new Date() }
  for (let command = 0; command < 5; command++) {
    errorFromAnswer({ error: text, error_description: text }, 200, asked)
    errorFromAnswer({ error: { code: text, message: text } }, 200, asked)
  }
}
