import type { Db } from './database.ts'

/** The work is tried again later. `failed`: it counts as an attempt. `body` replaces what the row says of the work. */
export async function postponeWork(
  db: Db,
  ids: number[],
  { dueAt, reason, failed = false, body }: { dueAt: Date; reason: string; failed?: boolean; body?: unknown },
  now: Date,
): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('work')
    .set((eb) => ({
      due_at: dueAt.toISOString(),
      reason,
      updated_at: now.toISOString(),
      ...(failed ? { attempts: eb('attempts', '+', 1) } : {}),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }))
    .where('id', 'in', ids)
    .where('state', '=', 'due')
    .execute()
}
