import type { Db } from './database.ts'

/** What waits is due now: of one kind, and of the subjects that begin so. Prefixes hold no `%` and no `_`. */
export async function wakeWork(
  db: Db,
  { portal, kind, subjectsFrom = '' }: { portal: string; kind: string; subjectsFrom?: string },
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await db
    .updateTable('work')
    .set({ due_at: at, updated_at: at })
    .where('portal', '=', portal)
    .where('kind', '=', kind)
    .where('subject', 'like', `${subjectsFrom}%`)
    .where('state', '=', 'due')
    .where('due_at', '>', at)
    .execute()
}
