import querystring from 'node:querystring'
import { type Request, type RequestHandler, raw } from 'express'

/** Names that anybody could want, as they are sent: short, and of ASCII. */
const LONGEST_NAME = 200
const NAME = /^(?:[\w[\].-]|%[0-7][\da-f])+$/i

/**
 * What a portal posts, whatever it calls it, as bytes: over 1 MB: 413; compressed: 415, unread. Nothing in it is parsed before it is known
 * who speaks.
 */
export const readPosted: RequestHandler = raw({ type: () => true, limit: '1mb', inflate: false })

/** The posted text; a request without a body has none. */
export function postedText({ body }: Request): string {
  return Buffer.isBuffer(body) ? body.toString() : ''
}

/**
 * The wanted pairs of a posted form by their names, `auth[member_id]`, the last of a name as in PHP. A flat look at one pair after the other: no
 * name, number or depth that a stranger chooses makes anything, as a parser that nests would.
 */
export function pairsOf(body: string, isWanted: (name: string) => boolean): Map<string, string> {
  const pairs = new Map<string, string>()
  for (let at = 0; at < body.length; ) {
    const next = body.indexOf('&', at)
    const end = next < 0 ? body.length : next
    const pair = body.slice(at, end)
    at = end + 1
    const middle = pair.indexOf('=')
    if (middle < 1 || middle > LONGEST_NAME) continue
    const sent = pair.slice(0, middle)
    if (!NAME.test(sent)) continue
    const name = decodeURIComponent(sent)
    if (isWanted(name)) pairs.set(name, decode(pair.slice(middle + 1)))
  }
  return pairs
}

/** What is no UTF-8 becomes a sign that says so, and NUL, which no database takes, goes. */
function decode(text: string): string {
  if (!/[%+\0]/.test(text)) return text
  return querystring.unescape(text.replaceAll('+', ' ')).replaceAll('\0', '')
}
