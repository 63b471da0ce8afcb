import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A tracked link of ours: it leads to its target for ever and says whose item it is about (`design.md` 8). */
export type TrackedLink = Readonly<{ portal: string; entityTypeId: number; itemId: number; target: string }>

/** Half of HMAC-SHA256: enough against forgery, and shorter in an e-mail. */
const MAC_BYTES = 16

/** Member ids are 32 hexadecimal digits; what is not is kept as text. */
const HEX = 1
const TEXT = 2

/** Longest address that a link may lead to, bytes. */
const LONGEST = 2000

/** Only absolute http(s) addresses, without blanks: nothing that a browser would run or open elsewhere. */
export function isTarget(text: string): boolean {
  const isWritten = /^https?:\/\/[^\s\p{Cc}\\]+$/iu.test(text) && text.isWellFormed()
  return isWritten && URL.canParse(text) && Buffer.byteLength(text) <= LONGEST
}

/** The link's address under our origin; the same link always has the same address. */
export function linkAddress(publicUrl: string, key: Buffer, link: TrackedLink): string {
  const said = Buffer.concat([portalBytes(link.portal), number(link.entityTypeId), number(link.itemId)])
  const body = Buffer.concat([said, Buffer.from(link.target)])
  return `${publicUrl}/l/${Buffer.concat([body, mac(key, body)]).toString('base64url')}`
}

/** What a token says if we signed exactly this text; null: it is forged, cut or changed. Asks nobody. */
export function readToken(key: Buffer, token: string): TrackedLink | null {
  const bytes = Buffer.from(token, 'base64url')
  // The last letter of a token has bits that carry nothing, and decoding skips what is no letter of it.
  if (bytes.toString('base64url') !== token || bytes.length <= MAC_BYTES) return null
  const body = bytes.subarray(0, -MAC_BYTES)
  if (!timingSafeEqual(mac(key, body), bytes.subarray(-MAC_BYTES))) return null
  const isHex = body[0] === HEX
  const from = isHex ? 1 : 2
  const to = from + (isHex ? 16 : (body[1] ?? 0))
  return {
    portal: body.toString(isHex ? 'hex' : 'utf8', from, to),
    entityTypeId: body.readUInt32BE(to),
    itemId: body.readUInt32BE(to + 4),
    target: body.toString('utf8', to + 8),
  }
}

/** The token of an address that looks like one of our links, whatever our origin was when it was made. */
export function tokenIn(address: string): string | null {
  return /^https?:\/\/[^/?#]+\/l\/([\w-]+)$/i.exec(address)?.[1] ?? null
}

/** Names a link in keys and journal, without giving it away. */
export function linkId(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 16)
}

function portalBytes(portal: string): Buffer {
  if (/^[0-9a-f]{32}$/.test(portal)) return Buffer.concat([Buffer.of(HEX), Buffer.from(portal, 'hex')])
  const text = Buffer.from(portal)
  return Buffer.concat([Buffer.of(TEXT, text.length), text])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function mac(key: Buffer, body: Buffer): Buffer {
  return createHmac('sha256', key).update('link').update(body).digest().subarray(0, MAC_BYTES)
}
