import type { Db } from './database.ts'
import type { WorkState } from './schema.ts'

/** How the newest work of that kind and subject stands, and why. */
export async function findWork(
  db: Db,
  portal: string,
  kind: string,
  subject: string,
): Promise<{ state: WorkState; reason: string | null }> {
  return db
    .selectFrom('work')
    .select(['state', 'reason'])
    .where('portal', '=', portal)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}
