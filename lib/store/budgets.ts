import { sql } from 'kysely'
import { compiledOnce } from './compiled-once.ts'
import type { Db } from './database.ts'

/** What processes together count of a portal's requests; `version` and `meter` are null before the first. */
export type KeptBudget = {
  version: number | null
  /** JSON, see `lib/bitrix24/rate-limit/meter.ts`. */
  meter: string | null
  /** The database's clock, milliseconds since 1970. */
  now: number
}

/** PostgreSQL only: on SQLite the one process counts by itself. `null`: the portal is not known. */
export async function findBudget(db: Db, portal: string): Promise<KeptBudget | null> {
  const row = await db
    .selectFrom('portal')
    .leftJoin('budget', 'budget.portal', 'portal.member_id')
    .select(['budget.version', 'budget.meter'])
    .select(sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`.as('now'))
    .where('portal.member_id', '=', portal)
    .executeTakeFirst()
  return row ?? null
}

/** Keeps what is counted of a portal's requests, unless another process changed it since that version was read: then false. */
export async function storeBudget(db: Db, portal: string, version: number | null, meter: string): Promise<boolean> {
  if (version === null) {
    const row = { portal, version: 1, meter }
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('budget')
      .values(row)
      .onConflict((c) => c.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  }
  const { numAffectedRows } = await replace(db, { portal, version, next: version + 1, meter })
  return numAffectedRows === 1n
}

type Replacing = { portal: string; version: number; next: number; meter: string }

const replace = compiledOnce((db, { portal, version, next, meter }: Replacing) =>
  db.updateTable('budget').set({ version: next, meter }).where('portal', '=', portal).where('version', '=', version),
)
