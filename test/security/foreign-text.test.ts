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

/** Whatever looks at a text that strangers write, the longest text that it is given, and what it is called. */
const readers: [name: string, longest: number, read: (text: string) => unknown][] = [
  ['a chat message as a reader sees it', 20_000, plainText],
  [
    'own texts of triggers in a chat message',
    20_000,
    textFinder(['price', 'a b', '1', '[b', 'a'.repeat(500), 'e\u0301']),
  ],
  ['the value of a field', 1_000_000, fieldText],
  ['links in an e-mail that is text', 1_000_000, (text) => bodyLinks(text, 1)],
  ['links in an e-mail that is HTML', 1_000_000, (text) => bodyLinks(text, 3)],
  // More than is looked at of a body: a million letters that are put together anew take the processor longer than all that looks at them.
  ["links in an e-mail that is HTML: one tag's name", 2 * LONGEST_BODY, (text) => bodyLinks(`<${text}`, 3)],
  ["links in an e-mail that is HTML: a link's address", 2 * LONGEST_BODY, (text) => bodyLinks(`<a href="${text}">`, 3)],
  ['whether an e-mail that is text says nothing', 1_000_000, (text) => isEmptyBody(text, 1)],
  ['whether an e-mail that is HTML says nothing', 1_000_000, (text) => isEmptyBody(text, 3)],
  ['whether quotes in quotes say nothing', 1000, (text) => isEmptyBody(`${'<blockquote>'.repeat(1000)}${text}`, 3)],
  ['a new value as screens show it', 1_000_000, (text) => shownTexts(text, 'en')],
  ['a new value and what was typed', 500, (text) => becomesIt(text, { value: text, shown: [text] })],
  ['a text as others are compared with it', 20_000, comparable],
  ['who wrote an e-mail', 100_000, (text) => automaticMail(mailFacts(text, headersOf(text)))],
  [
    'an address that a link leads to',
    2000,
    (text) => startsWithAddress(`https://a.example/${text}`, 'https://a.example/'),
  ],
  ['the host of an address', 2000, (text) => startsWithAddress(`https://${text}`, 'https://a.example/')],
  ['what a browser calls itself', 16_000, isbot],
  ["a portal's error", 1_000_000, cleanText],
  ["names in a portal's error", 1_000_000, quotedNames],
  ['errors of fifty commands', 1_000_000, fiftyErrors],
]

function headersOf(text: string) {
  return { EMAIL_META: { from: text, to: text, cc: text }, MESSAGE_HEADERS: { [text]: text, 'message-id': text } }
}

/** Milliseconds; a text that takes the square of its length takes seconds. */
const LONGEST_MS = 50

/** What each reader takes too long for, by the length of the texts and the reader's name. */
const slowTexts = new Map<number, Promise<ReadonlyMap<string, string[]>>>()

/**
 * All readers of one length are given a text before the next one is made: making a million letters takes the processor longer than most readers
 * do.
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
    for (const [name, , read] of alike) {
      const took = bestOf(5, LONGEST_MS, () => read(text))
      if (took >= LONGEST_MS) slow.get(name)?.push(`${took} ms: ${JSON.stringify(text.slice(0, 60))}`)
    }
    // The run's own messages come through between two texts.
    await setImmediate()
  }
  return slow
}

describe('one text stops every tenant', () => {
  // The first of a length waits for all readers of it: hundreds of texts of a million letters.
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

function fiftyErrors(text: string): void {
  const asked = { writes: true, now: new Date() }
  for (let command = 0; command < 50; command++) {
    errorFromAnswer({ error: text, error_description: text }, 200, asked)
    errorFromAnswer({ error: { code: text, message: text } }, 200, asked)
  }
}
