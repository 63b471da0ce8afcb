/** A tracked link of ours: it leads to its target for ever and says whose item it is about (`design.md` 8). */
export type TrackedLink = Readonly<{ portal: string; entityTypeId: number; itemId: number; target: string }>

/** Member ids are 32 hexadecimal digits; what is not is kept as text. */
const HEX = 1
const TEXT = 2

/** What a token holds, as bytes: portal, item, target. */
export function bytesOf({ portal, entityTypeId, itemId, target }: TrackedLink): Buffer {
  return Buffer.concat([portalBytes(portal), number(entityTypeId), number(itemId), Buffer.from(target)])
}

/** The link of bytes that `bytesOf` made. */
export function linkOfBytes(bytes: Buffer): TrackedLink {
  const isHex = bytes[0] === HEX
  const from = isHex ? 1 : 2
  const to = from + (isHex ? 16 : (bytes[1] ?? 0))
  return {
    portal: bytes.toString(isHex ? 'hex' : 'utf8', from, to),
    entityTypeId: bytes.readUInt32BE(to),
    itemId: bytes.readUInt32BE(to + 4),
    target: bytes.toString('utf8', to + 8),
  }
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
