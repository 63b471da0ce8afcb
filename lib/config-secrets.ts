import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** `id` stands beside everything that was sealed with the key, so that older keys can still open it. */
export type EncryptionKey = Readonly<{ id: string; key: Buffer }>

/** 32 bytes of base64, or `null`. */
function keyOf(text: string): Buffer | null {
  const key = Buffer.from(text, 'base64')
  return /^[A-Za-z0-9+/]{43}=?$/.test(text) && key.length === 32 ? key : null
}

/** ENCRYPTION_KEYS: `id:base64-32-bytes`, newest first, separated by commas. */
export const encryptionKeysSchema = z.string().transform((text, context): EncryptionKey[] => {
  const keys = text.split(',').map((part) => {
    const [, id, secret] = part.trim().match(/^([A-Za-z0-9_-]{1,32}):(.+)$/) ?? []
    const key = keyOf(secret ?? '')
    return id !== undefined && key !== null ? { id, key } : null
  })
  const ids = new Set(keys.map((key) => key?.id))
  if (keys.every((key) => key !== null) && ids.size === keys.length) return keys
  context.addIssue({
    code: 'custom',
    message: 'must be id:key pairs separated by commas, newest first, each id once, each key 32 bytes in base64.',
  })
  return z.NEVER
})

/** LINK_KEY: base64 of 32 bytes. */
export const linkKeySchema = z.string().transform((text, context): Buffer => {
  const key = keyOf(text.trim())
  if (key !== null) return key
  context.addIssue({ code: 'custom', message: 'must be 32 bytes in base64.' })
  return z.NEVER
})

/** Keys for trials, made once and kept in files that only the owner can read. Throws when the folder cannot be written. */
export function madeSecrets(dataDir: string): { encryptionKeys(): EncryptionKey[]; linkKey(): Buffer } {
  return {
    encryptionKeys: () => encryptionKeysSchema.parse(keptText(dataDir, 'encryption-keys', (key) => `k1:${key}`)),
    linkKey: () => linkKeySchema.parse(keptText(dataDir, 'link-key', (key) => key)),
  }
}

/**
 * Two processes that start together must end up with the same key: whoever gives the file its name first wins, and it has that name
 * only when it is whole.
 */
function keptText(dataDir: string, name: string, make: (key: string) => string): string {
  const file = join(dataDir, name)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${make(randomBytes(32).toString('base64'))}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(file, 'utf8').trim()
}
