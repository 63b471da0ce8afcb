import type { Db } from './database.ts'

/** Puts due work off by what it is about, no attempt counted; `body` replaces what the row says of the work. */
export async function postponeSubjects(
  db: Db,
  work: { portal: string; kind: string; subjects: string[]; dueAt: Date; reason: string; body: unknown },
  now: Date,
): Promise<void> {
  if (work.subjects.length === 0) return
  await db
    .updateTable('work')
    .set({
      due_at: work.dueAt.toISOString(),
      reason: work.reason,
      body: JSON.stringify(work.body),
      attempts: 0,
      updated_at: now.toISOString(),
    })
    .where('portal', '=', work.portal)
    .where('kind', '=', work.kind)
    .where('subject', 'in', work.subjects)
    .where('state', '=', 'due')
    .execute()
}
