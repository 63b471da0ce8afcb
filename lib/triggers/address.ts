/** Letters that never mean anything but themselves, so that their percent-encoding is another spelling (RFC 3986, 2.3). */
const UNRESERVED = /[\w.~-]/

/** Letters that an address may hold as they are; others are compared percent-encoded. */
const ALLOWED = /[\w.~:/?#[\]@!$&'()*+,;=%-]/

/** Percent-encoded letters, or one letter as it is. */
const PIECE = /%[0-9a-f]{2}|[\s\S]/gi

type Address = Readonly<{ origin: string; rest: string }>

/**
 * Does an address begin with another? Scheme, host and port are compared as the URL standard reads them: capitals, international names,
 * default ports, empty paths, dot segments and percent-encoding make no difference; the rest letter for letter, from its beginning
 * (`triggers.md`, Link clicked). The host ends where it ends: `https://a.example` is no beginning of `https://a.example.org`.
 * What is no address begins with nothing.
 */
export function startsWithAddress(address: string, prefix: string): boolean {
  const [one, other] = [read(address), read(prefix)]
  return one !== null && other !== null && one.origin === other.origin && one.rest.startsWith(other.rest)
}

/** An address as it may be kept: what comes behind the path may say whose it is. Of what is no address nothing. */
export function withoutQuery(address: string): string {
  const url = URL.parse(address)
  return url === null ? '' : `${url.origin}${url.pathname}`
}

function read(text: string): Address | null {
  const url = URL.parse(text)
  if (url === null) return null
  const { protocol, username, password, host, pathname, search, hash } = url
  return { origin: `${protocol}//${username}:${password}@${host}`, rest: spell(pathname + search + hash) }
}

/** One spelling for every letter that may be written in several. */
function spell(rest: string): string {
  return rest.replace(PIECE, (piece) => {
    if (piece.length === 3) {
      const letter = String.fromCharCode(Number.parseInt(piece.slice(1), 16))
      return UNRESERVED.test(letter) ? letter : piece.toUpperCase()
    }
    return ALLOWED.test(piece) ? piece : encodeURIComponent(piece)
  })
}
