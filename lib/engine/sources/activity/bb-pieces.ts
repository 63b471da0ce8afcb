/** A part of a body in BB codes: text as a person sees it, or the address behind a text. */
export type BbPiece = { text: string } | { link: string }

/** The codes that matter here: addresses, pictures and quotes. */
const TAG = /\[(\/?)(url|img|quote)(?=[\s=\]])/gi

/** Longer addresses are no addresses, in letters. */
const MAX_CHARS = 2000

/**
 * Takes a body in BB codes apart: addresses of `[url=…]`, and the text around them. Pictures, what is quoted, and the text of an address
 * are left out. A body without codes is one text.
 */
export function bbPieces(body: string): BbPiece[] {
  const pieces: BbPiece[] = []
  const ends = closings(body)
  let from = 0
  let quotes = 0
  let hidden: 'url' | 'img' | null = null
  const consume = (until: number) => {
    if (quotes === 0 && hidden === null && until > from) pieces.push({ text: body.slice(from, until) })
  }
  for (const { index, 0: whole, 1: slash, 2: name = '' } of body.matchAll(TAG)) {
    const end = index < from ? undefined : ends.get(index)
    if (end === undefined) continue
    consume(index)
    from = end + 1
    const tag = name.toLowerCase()
    const value = body.slice(index + whole.length, end)
    if (tag === 'quote') quotes = slash ? Math.max(0, quotes - 1) : quotes + 1
    else if (slash) hidden = hidden === tag ? null : hidden
    else if (hidden === null && (tag === 'img' || value.startsWith('='))) {
      hidden = tag === 'img' ? 'img' : 'url'
      if (tag === 'url' && quotes === 0) pieces.push({ link: value.slice(1).replace(/^["']|["']$/g, '') })
    }
  }
  consume(body.length)
  return pieces
}

/**
 * Where brackets that open at a place are closed, on the same line; brackets in the value of a tag belong to it as long as they are
 * balanced. All of them at once, as a letter must not be looked at again for each tag before it.
 */
function closings(body: string): Map<number, number> {
  const ends = new Map<number, number>()
  let open: number[] = []
  for (let at = 0; at < body.length; at += 1) {
    const sign = body[at]
    if (sign === '\n') open = []
    else if (sign === '[') open.push(at)
    else if (sign === ']') {
      const from = open.pop()
      if (from !== undefined && at - from <= MAX_CHARS) ends.set(from, at)
    }
  }
  return ends
}
