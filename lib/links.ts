import { createHash } from 'node:crypto'
import { bytesOf, linkOfBytes, type TrackedLink } from './links/link-content.ts'
import type { LinkKey } from './links/link-key.ts'
import { openSealed, seal } from './links/sealed-token.ts'
import { openSigned } from './links/signed-token.ts'

export type { TrackedLink } from './links/link-content.ts'

/** Newest first: the first one seals, all of them open. */
export type LinkKeys = readonly [LinkKey, ...LinkKey[]]

/** Longest address that a link may lead to, bytes. */
const MAX_URL_BYTES = 2000

/**
 * Only absolute http(s) addresses, without blanks: nothing that a browser would run or open elsewhere. Nor with a user in front of the host:
 * `https://shop.example@other.example/` shows one host and leads to another.
 */
export function isTarget(text: string): boolean {
  const isWritten = /^https?:\/\/[^\s\p{Cc}\\]+$/iu.test(text) && text.isWellFormed()
  const hasUser = /^https?:\/\/[^/?#]*@/i.test(text)
  return isWritten && !hasUser && URL.parse(text) !== null && Buffer.byteLength(text) <= MAX_URL_BYTES
}

/** The link's address under an origin of ours; while the newest key stays the same link always has the same address. */
export function linkAddress(origin: string, [newest]: LinkKeys, link: TrackedLink): string {
  return `${origin}/l/${seal(newest, bytesOf(link)).toString('base64url')}`
}

/** What a token says if we made exactly this text, with any of the keys; null: it is forged, cut or changed. Asks nobody. */
export function readToken(keys: LinkKeys, token: string): TrackedLink | null {
  const bytes = Buffer.from(token, 'base64url')
  // The last letter of a token has bits that carry nothing, and decoding skips what is no letter of it.
  if (bytes.toString('base64url') !== token) return null
  for (const key of keys) {
    const content = openSealed(key, bytes) ?? openSigned(key, bytes)
    if (content) return linkOfBytes(content)
  }
  return null
}

/** The token of an address that looks like one of our links, whatever our origin was when it was made. */
export function tokenIn(address: string): string | null {
  return /^https?:\/\/[^/?#]+\/l\/([\w-]+)$/i.exec(address)?.[1] ?? null
}

/** Names a link in keys and journal, without giving it away. */
export function linkId(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 16)
}
