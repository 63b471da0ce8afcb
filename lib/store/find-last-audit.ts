import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { AuditTable } from './schema.ts'

/** The newest line of a portal's audit about that action. */
export async function findLastAudit(db: Db, portal: string, action: string): Promise<Selectable<AuditTable> | null> {
  const row = await db
    .selectFrom('audit')
    .selectAll()
    .where('portal', '=', portal)
    .where('action', '=', action)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
