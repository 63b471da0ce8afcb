import type { Db } from './database.ts'
import { sealedBodyStart } from './sealed-body.ts'

/** Tokens of work that is done are of no use any more. */
export async function emptyDoneWork(db: Db): Promise<void> {
  await db
    .updateTable('work')
    .set({ body: '{}' })
    .where('state', '=', 'done')
    .where('body', 'like', `${sealedBodyStart}%`)
    .execute()
}
