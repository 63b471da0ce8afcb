import type { Db } from './database.ts'

/** What the last try says of the work: it failed, or it went well so far and attempts are counted anew. Absent: nothing. */
export type Tried = 'failed' | 'well'

/** The work is tried again later. `body` replaces what the row says of the work. */
export async function postponeWork(
  db: Db,
  ids: number[],
  { dueAt, reason, tried, body }: { dueAt: Date; reason: string; tried?: Tried; body?: unknown },
  now: Date,
): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('work')
    .set((eb) => ({
      due_at: dueAt.toISOString(),
      reason,
      updated_at: now.toISOString(),
      ...(tried === undefined ? {} : { attempts: tried === 'failed' ? eb('attempts', '+', 1) : eb.val(0) }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }))
    .where('id', 'in', ids)
    .where('state', '=', 'due')
    .execute()
}
