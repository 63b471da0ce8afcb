import { comparable } from './letters.ts'
import { plainText } from './plain-text.ts'

export { plainText } from './plain-text.ts'

const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** A text, its words, and for each of its places whether a letter of a word stands there. */
type Read = { text: string; words: ReadonlySet<string>; isLetter: Uint8Array }

/**
 * Which of the texts the message contains as whole words, letter for letter (`triggers.md`, Open Channels): where a text begins or
 * ends with a letter or digit, the character beside it is none. What `comparable` is blind to does not count, on both sides.
 */
export function textsIn(message: string, texts: readonly string[]): string[] {
  return textFinder(texts)(message)
}

/** `textsIn` for several messages. */
export function textFinder(texts: readonly string[]): (message: string) => string[] {
  if (texts.length === 0) return () => []
  const sought = texts.map((text) => ({ own: text, read: readOwn(text) }))
  return (message) => {
    const read = readText(plainText(message))
    return sought.filter((one) => isIn(one.read, read)).map(({ own }) => own)
  }
}

/** Own texts of triggers as they were read: with every message the same ones are looked for. */
const known = new Map<string, Read>()

/** So many are remembered, about a kilobyte each. */
const MOST_KNOWN = 5000

function readOwn(text: string): Read {
  const read = known.get(text) ?? readText(text)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, read)
  return read
}

function readText(written: string): Read {
  const text = comparable(written)
  const isLetter = new Uint8Array(text.length)
  const words = new Set<string>()
  for (const { 0: word, index } of text.matchAll(WORD)) {
    words.add(word)
    isLetter.fill(1, index, index + word.length)
  }
  return { text, words, isLetter }
}

/** A text of which nothing can be seen is in no message. */
function isIn(sought: Read, { text, words, isLetter }: Read): boolean {
  const { length } = sought.text
  if (length === 0) return false
  // Nearly every text is ruled out by this, which costs nothing.
  for (const word of sought.words) if (!words.has(word)) return false
  const [begins, ends] = [sought.isLetter[0], sought.isLetter[length - 1]]
  for (let at = text.indexOf(sought.text); at >= 0; at = text.indexOf(sought.text, at + 1)) {
    const isPart = (begins && isLetter[at - 1]) || (ends && isLetter[at + length])
    if (!isPart) return true
  }
  return false
}
