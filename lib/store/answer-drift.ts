import { sql } from 'kysely'
import { type Db, transact } from './database.ts'

/** So many shapes are kept of a portal; what comes further is counted together, whatever a portal answers. */
export const MOST_SHAPES = 50
const OTHERS = '…'

/** Counts a shape of answers that did not fit. Of a portal that was erased meanwhile nothing is kept. */
export async function addDrift(
  db: Db,
  { portal, method, shape, count }: { portal: string; method: string; shape: string; count: number },
  now: Date,
): Promise<void> {
  await transact(db, async (tx) => {
    const known = await tx.selectFrom('portal').select('member_id').where('member_id', '=', portal).executeTakeFirst()
    if (known === undefined || (await countAgain(tx, { portal, method, shape, count }, now))) return
    const kept = await tx
      .selectFrom('answer_drift')
      .select((eb) => eb.fn.countAll().as('rows'))
      .where('portal', '=', portal)
      .executeTakeFirstOrThrow()
    const row = {
      portal,
      method,
      shape: Number(kept.rows) < MOST_SHAPES ? shape : OTHERS,
      count,
      last_at: now.toISOString(),
    }
    await tx
      .insertInto('answer_drift')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['portal', 'method', 'shape'])
          .doUpdateSet({ count: sql`answer_drift.count + ${count}`, last_at: row.last_at }),
      )
      .execute()
  })
}

async function countAgain(
  tx: Db,
  { portal, method, shape, count }: Parameters<typeof addDrift>[1],
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('answer_drift')
    .set((eb) => ({ count: eb('count', '+', count), last_at: now.toISOString() }))
    .where('portal', '=', portal)
    .where('method', '=', method)
    .where('shape', '=', shape)
    .executeTakeFirst()
  return numUpdatedRows > 0
}

/** Answers of a portal that did not look as we know them: which method, in which shape (keys and types), how often and when last. */
export type DriftEntry = { method: string; shape: string; count: number; lastAt: string }

/** The latest first. */
export async function listDrift(db: Db, portal: string): Promise<DriftEntry[]> {
  const rows = await db
    .selectFrom('answer_drift')
    .selectAll()
    .where('portal', '=', portal)
    .orderBy('last_at', 'desc')
    .execute()
  return rows.map(({ method, shape, count, last_at }) => ({ method, shape, count, lastAt: last_at }))
}
