import type { Db } from './database.ts'

/** Finishes due work by what it is about and what it waits for: the answer came on another way. */
export async function finishSubjects(
  db: Db,
  work: { portal: string; kind: string; subjects: string[]; waitingFor?: string; reason: string },
  now: Date,
): Promise<void> {
  if (work.subjects.length === 0) return
  const { portal, kind, subjects, waitingFor, reason } = work
  await db
    .updateTable('work')
    .set({ state: 'done', reason, updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('kind', '=', kind)
    .where('subject', 'in', subjects)
    .where('state', '=', 'due')
    .$if(waitingFor !== undefined, (query) => query.where('reason', '=', waitingFor ?? ''))
    .execute()
}
