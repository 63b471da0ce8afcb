import { type ClaimPace, nextLook } from './claim-pace.ts'
import type { Db } from './database.ts'
import { enqueue, type JobRow, type NewJob } from './jobs.ts'

/** Work that anybody could have set off, as nothing of it is proven: how often it is looked into. */
export type Claim = NewJob & { pace: ClaimPace }

export function isClaim(work: NewJob): work is Claim {
  return work.pace !== undefined
}

/**
 * Adds claims. Of each kind and subject one is due: the newest says what the one before did, and is looked into when that would have been,
 * so that claims without end cost no more than their pace. Who works on it finds out: `claims.ts`.
 */
export async function addClaims(tx: Db, claims: readonly Claim[], now: Date): Promise<void> {
  const newest = new Map(claims.map((claim) => [`${claim.portal} ${claim.type} ${claim.dedupKey}`, claim]))
  for (const claim of newest.values()) {
    if (await replaceDue(tx, claim, now)) continue
    await enqueue(tx, [{ ...claim, dueAt: await nextLook(tx, claim, claim.pace, now) }], now)
  }
}

async function replaceDue(tx: Db, { portal, type, dedupKey, body = {} }: Claim, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('work')
    .set({ body: JSON.stringify(body), updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('kind', '=', type)
    .where('subject', '=', dedupKey)
    .where('state', '=', 'due')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * A claim was looked into. If a newer one has taken its place meanwhile, that is due when its pace allows; the look stays on record
 * either way, as it counts.
 */
export async function finishClaim(
  tx: Db,
  { id, portal, type, dedupKey, body, created_at, due_at, attempts }: JobRow,
  { reason, pace }: { reason: string; pace: ClaimPace },
  now: Date,
): Promise<void> {
  const done = { state: 'done' as const, reason, body: '{}', updated_at: now.toISOString() }
  const mine = tx.updateTable('work').where('portal', '=', portal).where('id', '=', id).where('state', '=', 'due')
  const { numUpdatedRows } = await mine.set(done).where('body', '=', body).executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const look = { portal, kind: type, subject: dedupKey, created_at, due_at, attempts }
  await tx
    .insertInto('work')
    .values({ ...look, ...done })
    .execute()
  const next = await nextLook(tx, { portal, type, dedupKey }, pace, now)
  await mine.set({ due_at: next.toISOString(), attempts: 0 }).execute()
}
