import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { type LinkKey, MARK_BYTES } from './link-key.ts'

/** First byte of a sealed token; tokens that earlier versions signed begin with 1 or 2. */
const VERSION = 3
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + MARK_BYTES

/**
 * AES-256-GCM: version, mark of the key, nonce, content, tag. The nonce is made of the content, so that the same content always gives the
 * same token; two contents share one in one of 2^96 cases.
 */
export function seal({ mark, sealing, naming }: LinkKey, content: Buffer): Buffer {
  const head = Buffer.concat([Buffer.of(VERSION), mark])
  const nonce = createHmac('sha256', naming).update(content).digest().subarray(0, NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(head)
  return Buffer.concat([head, nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** The content, or `null` when this key did not seal exactly these bytes. */
export function openSealed({ mark, sealing }: LinkKey, token: Buffer): Buffer | null {
  const isMarked = token[0] === VERSION && token.subarray(1, HEAD_BYTES).equals(mark)
  if (!isMarked || token.length <= HEAD_BYTES + NONCE_BYTES + TAG_BYTES) return null
  const nonce = token.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(token.subarray(0, HEAD_BYTES)).setAuthTag(token.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(token.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}
