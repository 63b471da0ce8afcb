import type { Db } from './database.ts'
import type { AnsweredDelegation } from './delegation.ts'
import type { DelegationRow } from './find-delegation.ts'
import type { Sealer } from './seal.ts'
import { sealBody } from './sealed-body.ts'

/** Keeps what the event brought, and makes it due. Returns false when the row has gone on meanwhile: a code serves once. */
export async function answerDelegation(
  db: Db,
  sealer: Sealer,
  { portal, row, answer }: { portal: string; row: DelegationRow; answer: AnsweredDelegation },
  now: Date,
): Promise<boolean> {
  const at = now.toISOString()
  const { numUpdatedRows } = await db
    .updateTable('work')
    .set({ body: JSON.stringify(sealBody(sealer, portal, answer)), due_at: at, updated_at: at })
    .where('id', '=', row.id)
    .where('state', '=', 'due')
    .where('body', '=', row.body)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
