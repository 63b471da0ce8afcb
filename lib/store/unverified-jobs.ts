import { type CheckPace, nextCheck } from './check-pace.ts'
import type { Db } from './database.ts'
import { enqueue, type JobRow, type NewJob } from './jobs.ts'

/** Work that anybody could have set off, as nothing of it is proven: how often it is looked into. */
export type UnverifiedJob = NewJob & { pace: CheckPace }

export function isUnverified(job: NewJob): job is UnverifiedJob {
  return job.pace !== undefined
}

/**
 * Adds claims. Of each kind and subject one is due: the newest says what the one before did, and is looked into when that would have been,
 * so that claims without end cost no more than their pace. Whoever works on one verifies it (`lib/jobs/lifecycle`).
 */
export async function enqueueUnverified(tx: Db, jobs: readonly UnverifiedJob[], now: Date): Promise<void> {
  const newest = new Map(jobs.map((job) => [`${job.portal} ${job.type} ${job.dedupKey}`, job]))
  for (const job of newest.values()) {
    if (await replaceDue(tx, job, now)) continue
    await enqueue(tx, [{ ...job, dueAt: await nextCheck(tx, job, job.pace, now) }], now)
  }
}

async function replaceDue(tx: Db, { portal, type, dedupKey, body = {} }: UnverifiedJob, now: Date): Promise<boolean> {
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
export async function completeUnverified(
  tx: Db,
  { id, portal, type, dedupKey, body, created_at, due_at, attempts }: JobRow,
  { reason, pace }: { reason: string; pace: CheckPace },
  now: Date,
): Promise<void> {
  const done = { state: 'done' as const, reason, body: '{}', updated_at: now.toISOString() }
  const mine = tx.updateTable('work').where('portal', '=', portal).where('id', '=', id).where('state', '=', 'due')
  const { numUpdatedRows } = await mine.set(done).where('body', '=', body).executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const record = { portal, kind: type, subject: dedupKey, created_at, due_at, attempts }
  await tx
    .insertInto('work')
    .values({ ...record, ...done })
    .execute()
  const next = await nextCheck(tx, { portal, type, dedupKey }, pace, now)
  await mine.set({ due_at: next.toISOString(), attempts: 0 }).execute()
}
