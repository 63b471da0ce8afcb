import { createHash } from 'node:crypto'
import { z } from 'zod'
import { findCursor, storeCursor } from './cursors.ts'
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
  const name = seenPairsOf(userId)
  const fingerprint = createHash('sha256').update(refreshToken).digest('base64url').slice(0, 22)
  const stored = await findCursor(db, portal, name)
  const seen = seenSchema.parse(stored === null ? [] : JSON.parse(stored))
  const before = seen.find(([known]) => known === fingerprint)
  if (before) return new Date(before[1])
  const pairs = [[fingerprint, seenAt.toISOString()], ...seen].slice(0, maxPairs)
  await storeCursor(db, portal, name, JSON.stringify(pairs))
  return seenAt
}

/** Forgets what this user presented. */
export async function forgetSeenPairs(db: Db, portal: string, userId: number): Promise<void> {
  await db.deleteFrom('cursor').where('portal', '=', portal).where('name', '=', seenPairsOf(userId)).execute()
}

/** What a user's pairs are kept under; of nobody: how the names of all begin. */
export function seenPairsOf(userId: number | ''): string {
  return `frame-pairs:${userId}`
}
