import type { Db } from './database.ts'
import { readSubscriptions, type Subscriptions } from './subscriptions.ts'

/** What is known of a portal's subscriptions. */
export async function findSubscriptions(db: Db, memberId: string): Promise<Subscriptions> {
  const row = await db.selectFrom('portal').select('subscriptions').where('member_id', '=', memberId).executeTakeFirst()
  return readSubscriptions(row?.subscriptions ?? null)
}
