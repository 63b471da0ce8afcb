import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { linkKey } from './links/link-key.ts'
import type { LinkKeys } from './links.ts'

/** `id` stands beside everything that was sealed with the key, so that older keys can still open it. */
export type EncryptionKey = Readonly<{ id: string; key: Buffer }>

type Given = Readonly<Record<string, string | undefined>>

/** The keys that the environment must or may give. */
export type Secrets = Readonly<{ encryptionKeys: readonly EncryptionKey[]; linkKeys: LinkKeys }>

const howToMakeKey = `Make a key with: node -e "console.log(crypto.randomBytes(32).toString('base64'))"`

/** Keys that the environment need not give outside production, each asked for only where it is missing. */
type OwnSecrets = Readonly<{ encryptionKeys(): EncryptionKey[]; linkKey(): Buffer }>

/** Where a folder's own keys come from: `madeSecrets` or `keptSecrets`. */
export type SecretsOfFolder = (dataDir: string) => OwnSecrets

/**
 * The keys of the environment. What is missing is a fault in production; else it is one of the folder's `own`. Adds faults, each with what
 * to do; `null`: there are some.
 */
export function readSecrets(given: Given, own: OwnSecrets, faults: string[]): Secrets | null {
  const read = secretsSchema.safeParse(given)
  if (read.error) faults.push(...read.error.issues.map((issue) => `${issue.path[0]?.toString()} ${issue.message}`))
  if (given.NODE_ENV === 'production') {
    if (given.ENCRYPTION_KEYS === undefined)
      faults.push(`ENCRYPTION_KEYS is missing: set it to k1:<key>. ${howToMakeKey}`)
    if (given.LINK_KEYS === undefined && given.LINK_KEY === undefined)
      faults.push(`LINK_KEYS is missing: set it to k1:<key>. ${howToMakeKey}`)
  }
  if (!read.data || faults.length > 0) return null
  const { ENCRYPTION_KEYS, LINK_KEYS = [], LINK_KEY } = read.data
  try {
    const older = LINK_KEY === undefined ? [] : [LINK_KEY]
    const [newest = own.linkKey(), ...others] = [...LINK_KEYS.map(({ key }) => key), ...older]
    return {
      encryptionKeys: ENCRYPTION_KEYS ?? own.encryptionKeys(),
      linkKeys: [linkKey(newest), ...others.map(linkKey)],
    }
  } catch (error) {
    faults.push(`DATA_DIR cannot keep the generated keys (${(error as Error).message}): make the folder writable.`)
    return null
  }
}

/** 32 bytes of base64, or `null`. */
function keyOf(text: string): Buffer | null {
  const key = Buffer.from(text, 'base64')
  return /^[A-Za-z0-9+/]{43}=?$/.test(text) && key.length === 32 ? key : null
}

/** ENCRYPTION_KEYS and LINK_KEYS: `id:base64-32-bytes`, newest first, separated by commas. */
export const keyListSchema = z.string().transform((text, context): EncryptionKey[] => {
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
const linkKeySchema = z.string().transform((text, context): Buffer => {
  const key = keyOf(text.trim())
  if (key !== null) return key
  context.addIssue({ code: 'custom', message: 'must be 32 bytes in base64.' })
  return z.NEVER
})

const secretsSchema = z.object({
  ENCRYPTION_KEYS: keyListSchema.optional(),
  LINK_KEYS: keyListSchema.optional(),
  LINK_KEY: linkKeySchema.optional(),
})

/** The names of the variables that hold keys. */
export const secretVariables: readonly string[] = Object.keys(secretsSchema.shape)

/** Keys for trials, made once and kept in files that only the owner can read. Throws when the folder cannot be written. */
export function madeSecrets(dataDir: string): OwnSecrets {
  return secretsFrom((name, make) => keptText(dataDir, name, make))
}

/** The same for those who only look: a key that no file holds yet is made, and kept nowhere. */
export function keptSecrets(dataDir: string): OwnSecrets {
  return secretsFrom((name, make) => textOf(join(dataDir, name)) ?? make(newKey()))
}

function secretsFrom(textFor: (name: string, make: (key: string) => string) => string): OwnSecrets {
  return {
    encryptionKeys: () => keyListSchema.parse(textFor('encryption-keys', (key) => `k1:${key}`)),
    linkKey: () => linkKeySchema.parse(textFor('link-key', (key) => key)),
  }
}

function textOf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

function newKey(): string {
  return randomBytes(32).toString('base64')
}

/**
 * Two processes that start together must end up with the same key: whoever gives the file its name first wins, and it has that name
 * only when it is whole.
 */
function keptText(dataDir: string, name: string, make: (key: string) => string): string {
  const file = join(dataDir, name)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const kept = textOf(file)
  if (kept !== null) return kept
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${make(newKey())}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(file, 'utf8').trim()
}
