import { type ClaimPace, nextLook } from './claim-pace.ts'
import type { Db } from './database.ts'
import type { WorkRow } from './take-work.ts'

/**
 * A claim was looked into. If a newer one has taken its place meanwhile, that is due when its pace allows; the look stays on record
 * either way, as it counts.
 */
export async function finishClaim(
  tx: Db,
  { id, portal, kind, subject, body, created_at, due_at, attempts }: WorkRow,
  { reason, pace }: { reason: string; pace: ClaimPace },
  now: Date,
): Promise<void> {
  const done = { state: 'done' as const, reason, body: '{}', updated_at: now.toISOString() }
  const mine = tx.updateTable('work').where('id', '=', id).where('state', '=', 'due')
  const { numUpdatedRows } = await mine.set(done).where('body', '=', body).executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const look = { portal, kind, subject, created_at, due_at, attempts }
  await tx
    .insertInto('work')
    .values({ ...look, ...done })
    .execute()
  const next = await nextLook(tx, { portal, kind, subject }, pace, now)
  await mine.set({ due_at: next.toISOString(), attempts: 0 }).execute()
}
