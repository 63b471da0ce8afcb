import type { Db } from './database.ts'
import { findSubscriptions } from './find-subscriptions.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Replaces a part of what is known of a portal's subscriptions. In a transaction: its first statement keeps others off the row. */
export async function keepSubscriptions(tx: Db, memberId: string, part: Partial<Subscriptions>): Promise<void> {
  const row = tx.updateTable('portal').where('member_id', '=', memberId)
  await row.set((eb) => ({ subscriptions: eb.ref('subscriptions') })).execute()
  const subscriptions = JSON.stringify({ ...(await findSubscriptions(tx, memberId)), ...part })
  await row.set({ subscriptions }).execute()
}
