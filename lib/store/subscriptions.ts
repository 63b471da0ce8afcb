import { z } from 'zod'
import type { Db } from './database.ts'

/** What is known of a portal's subscriptions; times are ISO 8601 UTC. */
export type Subscriptions = z.output<typeof subscriptionsSchema>

/**
 * Why all was bound anew: the installation is finished, the app has a new version, or happenings were found that no event told of
 * although the portal lists the subscription.
 */
const renewalReasons = ['installed', 'version', 'missed'] as const

export type RenewalReason = (typeof renewalReasons)[number]

const subscriptionsSchema = z.object({
  /** The last check: events that could not be bound, and the portal's codes for why. */
  check: z
    .object({ at: z.string(), missing: z.array(z.string()), codes: z.array(z.string()) })
    .nullable()
    .catch(null),
  /** The app as `app.info` last told of it. */
  app: z.object({ version: z.number(), installed: z.boolean() }).nullable().catch(null),
  /** The version for which buttons, tabs and the automation rule were put back last. */
  version: z.number().nullable().catch(null),
  /** When all was last bound anew while the app was installed, so that events can come. */
  renewed: z
    .object({ at: z.string(), version: z.number(), why: z.enum(renewalReasons) })
    .nullable()
    .catch(null),
  /** When happenings were last found that no event told of, and how many. */
  missed: z.object({ at: z.string(), found: z.number() }).nullable().catch(null),
  /** The last event that was asked for on purpose, and when it came back: then the portal reaches PUBLIC_URL. */
  test: z.object({ code: z.string(), askedAt: z.string(), cameBackAt: z.string().nullable() }).nullable().catch(null),
})

/** Reads the column; nothing is known at first. */
export function readSubscriptions(column: string | null): Subscriptions {
  return subscriptionsSchema.parse(column === null ? {} : JSON.parse(column))
}

/** What is known of a portal's subscriptions. */
export async function findSubscriptions(db: Db, memberId: string): Promise<Subscriptions> {
  const row = await db.selectFrom('portal').select('subscriptions').where('member_id', '=', memberId).executeTakeFirst()
  return readSubscriptions(row?.subscriptions ?? null)
}

/** Replaces a part of what is known of a portal's subscriptions. In a transaction: its first statement keeps others off the row. */
export async function updateSubscriptions(tx: Db, memberId: string, part: Partial<Subscriptions>): Promise<void> {
  const row = tx.updateTable('portal').where('member_id', '=', memberId)
  await row.set((eb) => ({ subscriptions: eb.ref('subscriptions') })).execute()
  const subscriptions = JSON.stringify({ ...(await findSubscriptions(tx, memberId)), ...part })
  await row.set({ subscriptions }).execute()
}
