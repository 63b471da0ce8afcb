import { hkdfSync } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Config } from '../../lib/config.ts'
import type { EncryptionKey } from '../../lib/config-secrets.ts'

/** Whom a session token names. What that person may do is read from the store on each call. */
export type TokenClaims = {
  portal: string
  userId: number
  /** The person's sessions all bear this name; when the store holds another, they are over. */
  sid: string
  language: string
  expiresAt: Date
}

/** How long a session lasts, in seconds (`design.md` 7). */
export const sessionSeconds = 3600

/** What tokens are signed with, and whom they are for. */
export type TokenKeys = Pick<Config, 'encryptionKeys' | 'publicUrl'>

const algorithm = 'HS256'
const issuer = 'stagecue'

const claimsSchema = z.object({
  sub: z.string().regex(/^[1-9]\d*$/),
  portal: z.string(),
  sid: z.string(),
  lang: z.string(),
  exp: z.int(),
})

/** A stateless token (JWT), signed with a key that is derived from the newest encryption key. */
export function signToken({ encryptionKeys, publicUrl }: TokenKeys, claims: TokenClaims): Promise<string> {
  const { portal, userId, sid, language, expiresAt } = claims
  const [newest] = encryptionKeys
  if (!newest) throw new Error('ENCRYPTION_KEYS is empty')
  return new SignJWT({ portal, sid, lang: language })
    .setProtectedHeader({ alg: algorithm, kid: newest.id })
    .setSubject(String(userId))
    .setIssuer(issuer)
    .setAudience(publicUrl)
    .setExpirationTime(expiresAt)
    .sign(signingKey(newest))
}

/** What a token says, if we signed it for this address and it has not expired; older keys are good until they are taken away. */
export async function verifyToken(
  { encryptionKeys, publicUrl }: TokenKeys,
  token: string,
  now: Date,
): Promise<TokenClaims | null> {
  const keyOf = ({ kid }: { kid?: string }) => {
    const key = encryptionKeys.find(({ id }) => id === kid)
    if (!key) throw new errors.JWSInvalid('signed with a key that is not ours')
    return signingKey(key)
  }
  const checks = { issuer, audience: publicUrl, algorithms: [algorithm], currentDate: now }
  try {
    const { payload } = await jwtVerify(token, keyOf, checks)
    const { data } = claimsSchema.safeParse(payload)
    if (!data) return null
    const { sub, portal, sid, lang: language, exp } = data
    return { portal, userId: Number(sub), sid, language, expiresAt: new Date(exp * 1000) }
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

function signingKey({ key }: EncryptionKey): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', 'stagecue session token', 32))
}
