import type { Db } from './database.ts'

/** Ways round what a portal does not give (`triggers.md`): calls without an activity, chats whose history may not be read. */
export type Fallback = 'calls' | 'histories'

/** Older ones of a portal where much happens are not looked at: whoever opens the status page must not hold others up. */
const NEWEST = 20_000

/** Which of them had to be taken since then. */
export async function findFallbacks(db: Db, portal: string, since: Date): Promise<Set<Fallback>> {
  const newest = db
    .selectFrom('occurrence')
    .select(['key', 'kind', 'origin'])
    .where('portal', '=', portal)
    .where('heard_at', '>=', since.toISOString())
    .orderBy('heard_at', 'desc')
    .limit(NEWEST)
  const recent = db.selectFrom(newest.as('newest')).select('key').limit(1)
  const call = await recent
    .where('kind', 'like', 'call-%')
    .where('origin', 'like', '%"activityId":null%')
    .executeTakeFirst()
  // Only a message that has no session is known by the customer's code, which is written with bars.
  const chat = await recent.where('key', 'like', 'chat-message:%|%').executeTakeFirst()
  return new Set([...(call ? (['calls'] as const) : []), ...(chat ? (['histories'] as const) : [])])
}
