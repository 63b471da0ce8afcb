import type { Db } from './database.ts'
import { DELEGATE, untouched } from './delegation.ts'

/** A row of kind `delegate`; `body` as it is stored. */
export type DelegationRow = { id: number; userId: number; body: string }

/** The delegation that was asked for and has not ended. There is one at a time: `event.test` calls all handlers. */
export async function findDelegation(db: Db, portal: string): Promise<DelegationRow | null> {
  const row = await db
    .selectFrom('work')
    .select(['id', 'subject', 'body'])
    .where('portal', '=', portal)
    .where('kind', '=', DELEGATE)
    .where('state', '=', 'due')
    .where('body', '<>', untouched)
    .executeTakeFirst()
  return row ? { id: row.id, userId: Number(row.subject), body: row.body } : null
}
