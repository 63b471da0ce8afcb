import { type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely'
import type { Db } from './database.ts'

/**
 * The condition on the portal beside a list of ids. An id alone names its row; the portal is there so that a database that is spread by portal
 * knows which node to ask (`docs/scale.md`). SQLite would use it to go through an index of all the portal's rows, so there `+` keeps
 * it from that: rows are found by their ids.
 */
export function isOfPortal(db: Db, portal: string): RawBuilder<SqlBool> {
  const { adapter } = db.getExecutor()
  return adapter instanceof SqliteAdapter ? sql`+portal = ${portal}` : sql`portal = ${portal}`
}
