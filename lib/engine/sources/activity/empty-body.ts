import { decodeHTMLStrict } from 'entities'
import { Parser } from 'htmlparser2'
import { visible } from '../../../triggers/letters.ts'
import { bbPieces } from './bb-pieces.ts'
import { HTML, LONGEST_BODY } from './body-links.ts'
import { watchQuotes, withoutQuotedLines } from './quoted-mail.ts'

/** What a person may have put into a body without a word. */
const SEEN = ['img', 'video', 'audio', 'object', 'iframe', 'svg']
const PICTURE = /\[img[\]=\s]/i

/** Elements whose text nobody sees. */
const UNSEEN = ['style', 'script', 'title', 'template']

/**
 * Does nobody say anything in this body? Blanks, what nobody can see, and what is quoted from earlier e-mails are nothing; a picture is
 * something. Of a longer body the beginning tells. `type`: DESCRIPTION_TYPE.
 */
export function isEmptyBody(whole: string, type: number): boolean {
  const body = whole.slice(0, LONGEST_BODY)
  if (type === HTML) return isEmptyHtml(body)
  const own = withoutQuotedLines(body)
  const isSaid = bbPieces(own).some((piece) => 'link' in piece || isSomething(decodeHTMLStrict(piece.text)))
  return !isSaid && !PICTURE.test(own)
}

function isEmptyHtml(html: string): boolean {
  let isEmpty = true
  let hidden = 0
  const quotes = watchQuotes()
  const parser = new Parser({
    onopentag(name, attributes) {
      quotes.open(name, attributes)
      if (UNSEEN.includes(name)) hidden += 1
      if (SEEN.includes(name) && !quotes.isQuoted()) isEmpty = false
    },
    ontext(text) {
      if (hidden === 0 && !quotes.isQuoted() && isSomething(text)) isEmpty = false
    },
    onclosetag(name) {
      quotes.close()
      if (UNSEEN.includes(name)) hidden -= 1
    },
  })
  parser.end(html)
  return isEmpty
}

function isSomething(text: string): boolean {
  return visible(text).trim() !== ''
}
