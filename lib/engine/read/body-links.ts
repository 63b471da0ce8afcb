import { Parser } from 'htmlparser2'

/** DESCRIPTION_TYPE of an HTML body (`platform.md` 5.1); others are plain text or BB codes. */
const HTML = 3

/** The different http links of an e-mail's body, as a browser would read them, in their order. */
export function bodyLinks(body: string, type: number): string[] {
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
  return address.replace(/[.,;:!?)]+$/, '')
}
