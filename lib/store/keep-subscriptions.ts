import type { Db } from './database.ts'
import { findSubscriptions } from './find-subscriptions.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Replaces a part of what is known of a portal's subscriptions. Run it under the portal's lease. */
export async function keepSubscriptions(tx: Db, memberId: string, part: Partial<Subscriptions>): Promise<void> {
  const subscriptions = JSON.stringify({ ...(await findSubscriptions(tx, memberId)), ...part })
  await tx.updateTable('portal').set({ subscriptions }).where('member_id', '=', memberId).execute()
}
