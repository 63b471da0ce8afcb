import type { Db } from './database.ts'
import type { WorkRow } from './take-work.ts'

/** Work that waits for a person, newest first; `before` is the last id of the page before. */
export async function listParkedWork(
  db: Db,
  portal: string,
  before: number | undefined,
  limit: number,
): Promise<WorkRow[]> {
  const all = db.selectFrom('work').selectAll().where('portal', '=', portal).where('state', '=', 'parked')
  const query = before === undefined ? all : all.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
