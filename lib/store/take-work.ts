import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { WorkTable } from './schema.ts'

export type WorkRow = Selectable<WorkTable>

/** What is due for a portal, of the kind that has waited longest, oldest first. The lease keeps others away. */
export async function takeWork(db: Db, portal: string, now: Date, limit: number): Promise<WorkRow[]> {
  const due = db
    .selectFrom('work')
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('due_at', '<=', now.toISOString())
    .orderBy('due_at')
    .orderBy('id')
  const oldest = await due.select('kind').limit(1).executeTakeFirst()
  if (!oldest) return []
  return due.selectAll().where('kind', '=', oldest.kind).limit(limit).execute()
}
