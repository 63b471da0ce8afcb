import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'

export type SealKey = Readonly<{ id: string; key: Buffer }>

/** Whose token it is and which; bound to the box, so that a row's boxes open in no other row and no other column. */
type SealOwner = Readonly<{ portal: string; userId: number; use: 'access' | 'refresh' }>

export type Sealer = Readonly<{
  /** Id of the key that seals. */
  newest: string
  /** Seals with the newest key. */
  seal(owner: SealOwner, text: string): { keyId: string; box: string }
  /** Throws when the key is unknown, the box was changed, or it belongs to another owner. */
  open(owner: SealOwner, keyId: string, box: string): string
}>

const nonceBytes = 12

const tagBytes = 16

/**
 * AES-256-GCM for tokens at rest. `keys` newest first: the first one seals, all of them open, so that keys can be changed while
 * old rows stay readable. A box is base64 of nonce, tag and ciphertext.
 */
export function createSealer(keys: readonly SealKey[]): Sealer {
  const [newest] = keys
  if (newest === undefined) throw new Error('ENCRYPTION_KEYS holds no key.')
  for (const { id, key } of keys) {
    if (key.length !== 32) throw new Error(`ENCRYPTION_KEYS: key ${id} must have 32 bytes, it has ${key.length}.`)
  }
  const byId = new Map(keys.map((entry) => [entry.id, entry.key]))
  return {
    newest: newest.id,
    seal(owner, text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', newest.key, nonce)
      cipher.setAAD(boundTo(owner))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return { keyId: newest.id, box: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64') }
    },
    open(owner, keyId, box) {
      const key = byId.get(keyId)
      if (key === undefined) {
        throw new Error(
          `A token was sealed with key ${keyId}, which is not in ENCRYPTION_KEYS. Put that key back, last in the list.`,
        )
      }
      const bytes = Buffer.from(box, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(boundTo(owner))
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
    },
  }
}

function boundTo(owner: SealOwner): Buffer {
  return Buffer.from(JSON.stringify([owner.portal, owner.userId, owner.use]))
}

/** The whole body of a job's row that holds tokens. */
export type SealedBody = { keyId: string; box: string }

const sealedSchema = z.strictObject({ keyId: z.string(), box: z.string() })

/** How a sealed body begins in the store, and no other does. */
export const sealedBodyStart = '{"keyId":'

/** The body of a row that is done with: tokens are of no use any more. */
export const withoutTokens = sql<string>`case when body like ${`${sealedBodyStart}%`} then '{}' else body end`

/** The key that a body was sealed with; `null` when it is not sealed. */
export function sealedBodyKey(body: string): string | null {
  const sealed = sealedSchema.safeParse(JSON.parse(body))
  return sealed.success ? sealed.data.keyId : null
}

/** Nobody's yet: whose tokens they are is learnt by proving them. */
const ownerOf = (portal: string) => ({ portal, userId: 0, use: 'access' as const })

/** Seals what a job's row says, as it holds tokens. */
export function sealBody(sealer: Sealer, portal: string, value: unknown): SealedBody {
  return sealer.seal(ownerOf(portal), JSON.stringify(value))
}

/** What `sealBody` sealed; `null` when the body is not sealed. Throws when its key was taken away. */
export function openBody(sealer: Sealer, portal: string, body: string): unknown {
  const sealed = sealedSchema.safeParse(JSON.parse(body))
  return sealed.success ? JSON.parse(sealer.open(ownerOf(portal), sealed.data.keyId, sealed.data.box)) : null
}
