import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LinkKey } from './link-key.ts'

/** Half of HMAC-SHA256. */
const MAC_BYTES = 16

/** The content of a token that an earlier version only signed, or `null` when this key did not. Such links stand in e-mails for ever. */
export function openSigned({ signing }: LinkKey, token: Buffer): Buffer | null {
  if (token.length <= MAC_BYTES) return null
  const content = token.subarray(0, -MAC_BYTES)
  const mac = createHmac('sha256', signing).update('link').update(content).digest().subarray(0, MAC_BYTES)
  return timingSafeEqual(mac, token.subarray(-MAC_BYTES)) ? content : null
}
