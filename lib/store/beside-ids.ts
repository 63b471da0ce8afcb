import { type RawBuilder, sql } from 'kysely'
import type { Db } from './database.ts'
import { engineOf } from './engine.ts'

/**
 * A column that is compared beside a list of ids. Ids alone name the rows; the portal stands there so that a database that is spread by portal
 * knows which node to ask (`docs/scale.md`), the state so that what another turn has ended stays as it is. SQLite would rather go through
 * all rows of the portal, or of the state, in an index: `+` keeps it from that, and rows are found by their ids.
 */
export function besideIds(db: Db, column: 'portal' | 'state'): RawBuilder<string> {
  return engineOf(db) === 'sqlite' ? sql`+${sql.ref(column)}` : sql`${sql.ref(column)}`
}
