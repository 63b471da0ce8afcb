import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from './database.ts'

/** The portal sent an event of that name at that moment. Of a portal that was erased meanwhile nothing is kept. */
export async function recordReceivedEvent(db: Db, portal: string, event: string, now: Date): Promise<void> {
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

/** Which events the portal has sent, and when last (ISO 8601 UTC), the latest first. */
export function listReceivedEvents(db: Db, portal: string): Promise<{ event: string; at: string }[]> {
  return db
    .selectFrom('heard_event')
    .select(['event', 'at'])
    .where('portal', '=', portal)
    .orderBy('at', 'desc')
    .orderBy('event')
    .execute()
}

const bodySchema = z.object({ ts: z.number().int().positive().nullish().catch(null) })

/**
 * When the portal says that its events about these subjects happened, the latest of each (ISO 8601 UTC). Events of ours, which a sweep
 * wrote, tell no time. `ts` may be forged: no time is later than the event came.
 */
export async function findEventTimes(
  db: Db,
  portal: string,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  const times = new Map<string, string>()
  if (subjects.length === 0) return times
  const rows = await db
    .selectFrom('work')
    .select(['subject', 'body', 'created_at'])
    .where('portal', '=', portal)
    .where('kind', '=', 'notice')
    .where('subject', 'in', [...subjects])
    .execute()
  for (const { subject, body, created_at } of rows) {
    const { ts } = bodySchema.parse(JSON.parse(body))
    if (!ts) continue
    const said = new Date(ts * 1000).toISOString()
    const at = said < created_at ? said : created_at
    if (at > (times.get(subject) ?? '')) times.set(subject, at)
  }
  return times
}
