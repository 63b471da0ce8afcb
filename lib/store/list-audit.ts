import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { AuditTable } from './schema.ts'

/** The portal's audit, newest first; `before` is the last id of the page before. */
export async function listAudit(
  db: Db,
  portal: string,
  before: number | undefined,
  limit: number,
): Promise<Selectable<AuditTable>[]> {
  const all = db.selectFrom('audit').selectAll().where('portal', '=', portal)
  const query = before === undefined ? all : all.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
