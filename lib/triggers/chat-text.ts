/**
 * BB codes (`platform.md` 5.4), without the bracket that ends them: an icon; those that stand for something that is no text, where a
 * line's end parts words; and those whose content is the text, which join what stands beside them.
 */
const CODE =
  /\[(?:(icon=.*)|(br|(?:rating|attach|disk)=.*)|\/?(?:b|i|u|url|user|chat|send|put|call|pch|size|color|font|dialog|context|quote|code)(?:[=\s].*)?)$/is

/** Stands before and after what somebody else said. */
const QUOTE = '-'.repeat(54)

/** The portal's longest message, in letters; what is longer did not come from a messenger. */
const LONGEST = 20_000

/** More marks on one letter than any script has (UAX #15, stream-safe text): their order takes the square of their number to make. */
const MARKS = /(\p{M}{30})\p{M}+/gu

const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** A text, its words, and for each of its places whether a letter of a word stands there. */
type Read = { text: string; words: ReadonlySet<string>; isLetter: Uint8Array }

/**
 * A chat message as a reader sees it, without BB codes. Anybody can write one, so no letter is looked at more than a few times: a
 * code ends at the first bracket, and what is never ended is looked for once.
 */
export function plainText(message: string): string {
  const text = message.slice(0, LONGEST).replace(/\[(\/?)s\]/gi, '[$1s]')
  // The portal leaves out struck words and quotes too when it shows a message as plain text.
  const pieces = cutOut(cutOut(text, '[s]', '[/s]'), QUOTE, QUOTE).split(']')
  const last = pieces.pop() ?? ''
  return [...pieces.map(withoutCode), last].join('').replace(/#br#/gi, ' ').trim()
}

/**
 * Which of the texts the message contains as whole words, letter for letter (`triggers.md`, Open Channels): where a text begins or
 * ends with a letter or digit, the character beside it is none. A letter and its marks are one, however the messenger wrote them.
 */
export function textsIn(message: string, texts: readonly string[]): string[] {
  return textFinder(texts)(message)
}

/** `textsIn` for several messages. */
export function textFinder(texts: readonly string[]): (message: string) => string[] {
  if (texts.length === 0) return () => []
  const sought = texts.map((text) => ({ own: text, read: readText(text) }))
  return (message) => {
    const read = readText(plainText(message))
    return sought.filter((one) => isIn(one.read, read)).map(({ own }) => own)
  }
}

function readText(written: string): Read {
  const text = written.replace(MARKS, '$1').normalize('NFC')
  const isLetter = new Uint8Array(text.length)
  const words = new Set<string>()
  for (const { 0: word, index } of text.matchAll(WORD)) {
    words.add(word)
    isLetter.fill(1, index, index + word.length)
  }
  return { text, words, isLetter }
}

function isIn(sought: Read, { text, words, isLetter }: Read): boolean {
  // Nearly every text is ruled out by this, which costs nothing.
  for (const word of sought.words) if (!words.has(word)) return false
  const { length } = sought.text
  const [begins, ends] = [sought.isLetter[0], sought.isLetter[length - 1]]
  for (let at = text.indexOf(sought.text); at >= 0; at = text.indexOf(sought.text, at + 1)) {
    const isPart = (begins && isLetter[at - 1]) || (ends && isLetter[at + length])
    if (!isPart) return true
  }
  return false
}

/** What stands between two marks becomes a blank, the marks too; a mark without its second one stays. */
function cutOut(text: string, first: string, second: string): string {
  const kept: string[] = []
  for (let at = 0; ; ) {
    const from = text.indexOf(first, at)
    const to = from < 0 ? -1 : text.indexOf(second, from + first.length)
    if (to < 0) return [...kept, text.slice(at)].join(' ')
    kept.push(text.slice(at, from))
    at = to + second.length
  }
}

/** A piece of a message that a bracket ended, and what a reader sees of it. */
function withoutCode(piece: string): string {
  const [code, icon, gap] = CODE.exec(piece) ?? []
  if (code === undefined) return `${piece}]`
  const before = piece.slice(0, -code.length)
  if (icon !== undefined) return `${before}${titleOf(icon)}`
  return gap === undefined ? before : `${before} `
}

/** An icon is its title. */
function titleOf(icon: string): string {
  const at = icon.search(/\btitle=/i)
  if (at < 0) return ' '
  const [title = ''] = icon.slice(at + 'title='.length).split(/\s(?:width|height|size)=/i, 1)
  return `(${title.trim()})`
}
