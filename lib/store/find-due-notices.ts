import type { Db } from './database.ts'
import type { WorkRow } from './take-work.ts'

/** Notices that wait, by what they are about. */
export function findDueNotices(db: Db, portal: string, subjects: readonly string[]): Promise<WorkRow[]> {
  if (subjects.length === 0) return Promise.resolve([])
  return db
    .selectFrom('work')
    .selectAll()
    .where('portal', '=', portal)
    .where('state', '=', 'due')
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...subjects])
    .execute()
}
