import { decodeHTMLStrict } from 'entities'
import { Parser } from 'htmlparser2'
import { LinkifyIt } from 'linkify-it'
import { bbPieces } from './bb-pieces.ts'
import { watchQuotes, withoutQuotedLines } from './quoted-mail.ts'

/** DESCRIPTION_TYPE of an HTML body (`platform.md` 5.1); others are plain text or BB codes. */
export const HTML = 3

/** More of a body is not looked at, in letters: whoever writes longer letters puts the links first, or means no good. */
export const LONGEST_BODY = 100_000

/** Where an address may begin, and how long it may be, in letters: in longer texts `linkify` goes back and forth, which takes seconds. */
const BEGIN = /(?<![\p{L}\p{N}_])https?:\/\//giu
const LONGEST_ADDRESS = 2000

/** Links of one e-mail that are compared with those of triggers. */
const MAX_LINKS = 300

const linkify = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })

/**
 * The different http links of an e-mail's body, as a browser would read them, in their order: those of the message itself, no pictures,
 * and nothing that is quoted from earlier e-mails (`triggers.md`, Link clicked).
 */
export function bodyLinks(whole: string, type: number): string[] {
  const body = whole.slice(0, LONGEST_BODY)
  const addresses = type === HTML ? hrefs(body) : textLinks(body)
  return [...new Set(addresses.filter((address) => /^https?:\/\//i.test(address)))].slice(0, MAX_LINKS)
}

function hrefs(html: string): string[] {
  const found: string[] = []
  const quotes = watchQuotes()
  const parser = new Parser({
    onopentag(name, attributes) {
      quotes.open(name, attributes)
      const { href } = attributes
      const isLink = href !== undefined && (name === 'a' || name === 'area')
      if (isLink && !quotes.isQuoted()) found.push(href.replace(/[\t\n\r]/g, '').trim())
    },
    onclosetag: () => quotes.close(),
  })
  parser.end(html)
  return found
}

/** Links of a body in plain text or BB codes, where `&` may be written as an entity. */
function textLinks(body: string): string[] {
  return bbPieces(withoutQuotedLines(body)).flatMap((piece) => {
    if ('link' in piece) return [decodeHTMLStrict(piece.link.trim())]
    return addressesIn(decodeHTMLStrict(piece.text))
  })
}

/** Each looked for where it begins, and the next one behind its end: no letter is looked at from every place before it. */
function addressesIn(text: string): string[] {
  const found: string[] = []
  let end = 0
  for (const { index } of text.matchAll(BEGIN)) {
    const address = index < end ? null : linkify.matchAtStart(text.slice(index, index + LONGEST_ADDRESS))
    if (address === null) continue
    found.push(address.url)
    end = index + address.lastIndex
  }
  return found
}
