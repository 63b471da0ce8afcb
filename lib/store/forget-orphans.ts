import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Tables that may be written when their portal is erased already: by a request under way, or for a portal that was never proven. */
const TABLES = ['work', 'audit', 'rest_log'] as const

/**
 * Forgets rows whose portal is not there: no round of its own would ever come to them. It leaps from portal to portal in an index, as
 * looking at every row would hold others up.
 */
export async function forgetOrphans(db: Db): Promise<void> {
  for (const name of TABLES) {
    const table = sql.table(name)
    const portals = sql`
      with recursive seen (portal) as (
        select min(portal) from ${table}
        union all
        select (select min(portal) from ${table} where ${table}.portal > seen.portal) from seen where seen.portal is not null
      )
      select portal from seen where portal is not null and portal not in (select member_id from portal)`
    const { rows } = await sql<{ portal: string }>`${portals}`.execute(db)
    for (const { portal } of rows) await db.deleteFrom(name).where('portal', '=', portal).execute()
  }
}
