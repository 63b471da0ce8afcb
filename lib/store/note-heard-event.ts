import { sql } from 'kysely'
import type { Db } from './database.ts'

/** The portal sent an event of that name at that moment. Of a portal that was erased meanwhile nothing is kept. */
export async function noteHeardEvent(db: Db, portal: string, event: string, now: Date): Promise<void> {
  const at = now.toISOString()
  await db
    .insertInto('heard_event')
    .columns(['portal', 'event', 'at'])
    .expression(
      db
        .selectFrom('portal')
        .select(['member_id', sql<string>`${event}`.as('event'), sql<string>`${at}`.as('at')])
        .where('member_id', '=', portal),
    )
    .onConflict((conflict) => conflict.columns(['portal', 'event']).doUpdateSet({ at }))
    .execute()
}
