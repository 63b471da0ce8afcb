import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { WorkTable } from './schema.ts'

export type WorkRow = Selectable<WorkTable>

/** How long work of kinds that stand behind the others lets them pass, milliseconds. */
const standsBehindFor = 60_000

/**
 * What is due for a portal, of the kind that has waited longest, oldest first. Kinds that stand `behind` let the others pass, but not
 * for ever. The lease keeps others away.
 */
export async function takeWork(
  db: Db,
  portal: string,
  now: Date,
  limit: number,
  behind: readonly string[] = [],
): Promise<WorkRow[]> {
  const due = db
    .selectFrom('work')
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('due_at', '<=', now.toISOString())
    .orderBy('due_at')
    .orderBy('id')
  const first = due.select(['kind', 'due_at']).limit(1)
  const oldest = await first.executeTakeFirst()
  if (!oldest) return []
  const letsPass =
    behind.includes(oldest.kind) && oldest.due_at > new Date(now.getTime() - standsBehindFor).toISOString()
  const other = letsPass ? await first.where('kind', 'not in', [...behind]).executeTakeFirst() : undefined
  return due
    .selectAll()
    .where('kind', '=', (other ?? oldest).kind)
    .limit(limit)
    .execute()
}
