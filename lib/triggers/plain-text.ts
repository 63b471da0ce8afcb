import { decoded, visible } from './letters.ts'

/**
 * BB codes (`platform.md` 5.4), without the bracket that ends them: an icon; those that stand for something that is no text; the end of
 * a line; a quote's two ends; and those whose content is the text, which join what stands beside them.
 */
const CODE =
  /\[(?:(icon=.*)|((?:rating|attach|disk)=.*)|(br)|(\/?quote)(?:[=\s].*)?|\/?(?:b|i|u|url|user|chat|send|put|call|pch|size|color|font|dialog|context|code)(?:[=\s].*)?)$/is

/** Stands before and after what somebody else said. */
const QUOTE = '-'.repeat(54)

/** The portal's longest message, in letters; what is longer did not come from a messenger. */
const MAX_CHARS = 20_000

const LINE_ENDS = /\r\n|[\n\r\u0085\u2028\u2029]/

/** A piece of a message, and whether somebody else's words begin or end behind it. */
type Piece = { text: string; quote: 'begins' | 'ends' | null }

/**
 * A chat message as a reader sees it, in one line: without BB codes, and without what is quoted, which somebody else said. Anybody can
 * write one, so no letter is looked at more than a few times: a code ends at the first bracket, and what is never ended is looked for
 * once.
 */
export function plainText(message: string): string {
  const text = message.slice(0, MAX_CHARS).replace(/\[(\/?)s\]/gi, '[$1s]')
  // The portal leaves out struck words and quotes too when it shows a message as plain text.
  const parts = cutOut(cutOut(text, '[s]', '[/s]'), QUOTE, QUOTE).split(']')
  const last = parts.pop() ?? ''
  const pieces: Piece[] = [...parts.map(withoutCode), { text: last, quote: null }]
  const lines = decoded(ownWords(pieces).replace(/#br#/gi, '\n')).split(LINE_ENDS)
  return lines
    .filter((line) => !visible(line).trimStart().startsWith('>'))
    .join(' ')
    .trim()
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
function withoutCode(part: string): Piece {
  const [code, icon, gap, lineEnd, quote] = CODE.exec(part) ?? []
  if (code === undefined) return { text: `${part}]`, quote: null }
  const before = part.slice(0, -code.length)
  if (quote !== undefined) return { text: before, quote: quote.startsWith('/') ? 'ends' : 'begins' }
  if (icon !== undefined) return { text: `${before}${titleOf(icon)}`, quote: null }
  if (lineEnd !== undefined) return { text: `${before}\n`, quote: null }
  return { text: gap === undefined ? before : `${before} `, quote: null }
}

/** The pieces outside of quotes, which may stand in one another; a quote without an end is none. A quote parts words. */
function ownWords(pieces: readonly Piece[]): string {
  const open: number[] = []
  const deeper = new Int32Array(pieces.length + 1)
  for (const [index, { quote }] of pieces.entries()) {
    const from = quote === 'ends' ? open.pop() : undefined
    if (quote === 'begins') open.push(index)
    if (from === undefined) continue
    deeper[from + 1] = (deeper[from + 1] ?? 0) + 1
    deeper[index + 1] = (deeper[index + 1] ?? 0) - 1
  }
  let depth = 0
  return pieces
    .map(({ text }, index) => {
      depth += deeper[index] ?? 0
      return depth > 0 ? ' ' : text
    })
    .join('')
}

/** An icon is its title. */
function titleOf(icon: string): string {
  const at = icon.search(/\btitle=/i)
  if (at < 0) return ' '
  const [title = ''] = icon.slice(at + 'title='.length).split(/\s(?:width|height|size)=/i, 1)
  return `(${title.trim()})`
}
