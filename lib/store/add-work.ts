import type { ClaimPace } from './claim-pace.ts'
import type { Db } from './database.ts'

/** A piece of work to be done for a portal, no sooner than `dueAt`. */
export type NewWork = {
  portal: string
  kind: string
  subject: string
  body?: unknown
  dueAt: Date
  /** When we first heard of it; absent: now. */
  heardAt?: Date
  /** There where nothing of it is proven yet: `add-claims.ts`. */
  pace?: ClaimPace
}

/** Adds work. Except for notices, what is already due with the same kind and subject stays as it is. */
export async function addWork(db: Db, work: NewWork[], now: Date): Promise<void> {
  if (work.length === 0) return
  const at = now.toISOString()
  const rows = work.map(({ portal, kind, subject, body = {}, dueAt, heardAt = now }) => ({
    portal,
    kind,
    subject,
    body: JSON.stringify(body),
    due_at: dueAt.toISOString(),
    attempts: 0,
    state: 'due' as const,
    reason: null,
    created_at: heardAt.toISOString(),
    updated_at: at,
  }))
  await db
    .insertInto('work')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .execute()
}
