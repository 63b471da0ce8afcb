import { sql } from 'kysely'
import { z } from 'zod'
import type { Sealer } from './seal.ts'

/** The whole body of a row of work that holds tokens. */
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

/** Seals what a row of work says, as it holds tokens. */
export function sealBody(sealer: Sealer, portal: string, value: unknown): SealedBody {
  return sealer.seal(ownerOf(portal), JSON.stringify(value))
}

/** What `sealBody` sealed; `null` when the body is not sealed. Throws when its key was taken away. */
export function openBody(sealer: Sealer, portal: string, body: string): unknown {
  const sealed = sealedSchema.safeParse(JSON.parse(body))
  return sealed.success ? JSON.parse(sealer.open(ownerOf(portal), sealed.data.keyId, sealed.data.box)) : null
}
