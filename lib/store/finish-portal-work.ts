import type { Db } from './database.ts'

/**
 * Whatever waits for a portal is done, except the given row: the portal cannot be asked any more. What the rows said goes, as some hold
 * sealed tokens and fingerprints of visitors.
 */
export async function finishPortalWork(
  db: Db,
  portal: string,
  except: number,
  reason: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('work')
    .set({ state: 'done', reason, body: '{}', updated_at: now.toISOString() })
    .where('portal', '=', portal)
    .where('state', 'in', ['due', 'parked'])
    .where('id', '<>', except)
    .execute()
}
