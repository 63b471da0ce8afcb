import type { Db } from './database.ts'

/** Which of the waiting work: of one kind (and of the subjects that begin so; prefixes hold no `%` and no `_`), or what waits for a reason. */
export type Sleeping = { portal: string } & ({ kind: string; subjectsFrom?: string } | { waitingFor: string })

/** What waits is due now. */
export async function wakeWork(db: Db, sleeping: Sleeping, now: Date): Promise<void> {
  const at = now.toISOString()
  const all = db
    .updateTable('work')
    .set({ due_at: at, updated_at: at })
    .where('portal', '=', sleeping.portal)
    .where('state', '=', 'due')
    .where('due_at', '>', at)
  const some =
    'kind' in sleeping
      ? all.where('kind', '=', sleeping.kind).where('subject', 'like', `${sleeping.subjectsFrom ?? ''}%`)
      : all.where('reason', '=', sleeping.waitingFor)
  await some.execute()
}
