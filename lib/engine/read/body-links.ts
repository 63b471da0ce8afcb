import { Parser } from 'htmlparser2'

/** DESCRIPTION_TYPE of an HTML body (`platform.md` 5.1); others are plain text or BB codes. */
const HTML = 3

/** More of a body is not looked at, in letters: whoever writes longer letters puts the links first, or means no good. */
const LONGEST = 100_000

/** Only where the stops begin: from within them a search would be one more for each. */
const STOPS = /(?<![.,;:!?)])[.,;:!?)]+$/

/** The different http links of an e-mail's body, as a browser would read them, in their order. */
export function bodyLinks(whole: string, type: number): string[] {
  const body = whole.slice(0, LONGEST)
  const addresses = type === HTML ? hrefs(body) : (body.match(/https?:\/\/[^\s[\]<>"']+/gi) ?? []).map(withoutStop)
  return [...new Set(addresses.filter((address) => /^https?:\/\//i.test(address)))]
}

function hrefs(html: string): string[] {
  const found: string[] = []
  const parser = new Parser({
    onopentag(name, { href }) {
      if (href !== undefined && (name === 'a' || name === 'area')) found.push(href.replace(/[\t\n\r]/g, '').trim())
    },
  })
  parser.end(html)
  return found
}

/** In text a sentence may end behind an address. */
function withoutStop(address: string): string {
  return address.replace(STOPS, '')
}
