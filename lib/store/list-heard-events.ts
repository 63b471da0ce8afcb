import type { Db } from './database.ts'

/** Which events the portal has sent, and when last (ISO 8601 UTC), the latest first. */
export function listHeardEvents(db: Db, portal: string): Promise<{ event: string; at: string }[]> {
  return db
    .selectFrom('heard_event')
    .select(['event', 'at'])
    .where('portal', '=', portal)
    .orderBy('at', 'desc')
    .orderBy('event')
    .execute()
}
