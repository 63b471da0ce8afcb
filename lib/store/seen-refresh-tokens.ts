import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from './database.ts'

const seenSchema = z.array(z.tuple([z.string(), z.iso.datetime()])).catch([])

/** More devices than one person opens at a time. */
const maxPairs = 20

/**
 * When a user's pair was first presented. A page that is loaded again presents the pair it began with, which may have been
 * renewed meanwhile: that it comes now does not make it newer than the one we hold. Only a fingerprint is kept.
 */
export async function recordSeenPair(
  db: Db,
  portal: string,
  userId: number,
  refreshToken: string,
  seenAt: Date,
): Promise<Date> {
  const name = `frame-pairs:${userId}`
  const fingerprint = createHash('sha256').update(refreshToken).digest('base64url').slice(0, 22)
  const row = await db
    .selectFrom('cursor')
    .select('value')
    .where('portal', '=', portal)
    .where('name', '=', name)
    .executeTakeFirst()
  const seen = seenSchema.parse(row ? JSON.parse(row.value) : [])
  const before = seen.find(([known]) => known === fingerprint)
  if (before) return new Date(before[1])
  const value = JSON.stringify([[fingerprint, seenAt.toISOString()], ...seen].slice(0, maxPairs))
  await db
    .insertInto('cursor')
    .values({ portal, name, value })
    .onConflict((conflict) => conflict.columns(['portal', 'name']).doUpdateSet({ value }))
    .execute()
  return seenAt
}
