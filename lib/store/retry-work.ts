import type { Db } from './database.ts'

/**
 * Parked work is due again, with a clean slate. `same-due`: the same is due already and this row stays parked; `none`: no
 * such row is parked.
 */
export async function retryWork(db: Db, portal: string, id: number, now: Date): Promise<'due' | 'same-due' | 'none'> {
  const row = await db
    .selectFrom('work')
    .select(['kind', 'subject'])
    .where('portal', '=', portal)
    .where('id', '=', id)
    .where('state', '=', 'parked')
    .executeTakeFirst()
  if (!row) return 'none'
  const same = await db
    .selectFrom('work')
    .select('id')
    .where('portal', '=', portal)
    .where('kind', '=', row.kind)
    .where('kind', '<>', 'notice')
    .where('subject', '=', row.subject)
    .where('state', '=', 'due')
    .executeTakeFirst()
  if (same) return 'same-due'
  const at = now.toISOString()
  await db
    .updateTable('work')
    .set({ state: 'due', due_at: at, attempts: 0, updated_at: at })
    .where('id', '=', id)
    .where('state', '=', 'parked')
    .execute()
  return 'due'
}
