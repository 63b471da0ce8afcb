import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { EncryptionKey } from '../../lib/config-secrets.ts'

/** Whom a session token names. What that person may do is read from the store on each call. */
export type TokenClaims = { portal: string; userId: number; language: string; expiresAt: Date }

/** How long a session lasts, in seconds (`design.md` 7). */
export const sessionSeconds = 3600

const claimsSchema = z.object({ p: z.string(), u: z.int(), l: z.string(), e: z.int() })

/** A stateless token: what it says, signed with a key that is derived from the newest encryption key. */
export function signToken(keys: readonly EncryptionKey[], claims: TokenClaims): string {
  const { portal: p, userId: u, language: l } = claims
  const body = JSON.stringify({ p, u, l, e: Math.floor(claims.expiresAt.getTime() / 1000) })
  const text = Buffer.from(body).toString('base64url')
  return `${text}.${signature(keys[0], text).toString('base64url')}`
}

/** What a token says, if we signed it and it has not expired; older keys are good until they are taken away. */
export function verifyToken(keys: readonly EncryptionKey[], token: string, now: Date): TokenClaims | null {
  const [text = '', given = '', ...rest] = token.split('.')
  const signed = Buffer.from(given, 'base64url')
  const ours = rest.length === 0 && keys.some((key) => isSame(signed, signature(key, text)))
  if (!ours) return null
  const { p, u, l, e } = claimsSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  const expiresAt = new Date(e * 1000)
  return expiresAt > now ? { portal: p, userId: u, language: l, expiresAt } : null
}

function signature(key: EncryptionKey | undefined, text: string): Buffer {
  if (!key) throw new Error('ENCRYPTION_KEYS is empty')
  const derived = Buffer.from(hkdfSync('sha256', key.key, '', 'stagecue session token', 32))
  return createHmac('sha256', derived).update(text).digest()
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
