import { z } from 'zod'

/** What is known of a portal's subscriptions; times are ISO 8601 UTC. */
export type Subscriptions = z.output<typeof subscriptionsSchema>

const subscriptionsSchema = z.object({
  /** The last check: events that could not be bound, and the portal's codes for why. */
  check: z
    .object({ at: z.string(), missing: z.array(z.string()), codes: z.array(z.string()) })
    .nullable()
    .catch(null),
  /** The last event that was asked for on purpose, and when it came back: then the portal reaches PUBLIC_URL. */
  test: z.object({ code: z.string(), askedAt: z.string(), cameBackAt: z.string().nullable() }).nullable().catch(null),
})

/** Reads the column; nothing is known at first. */
export function readSubscriptions(column: string | null): Subscriptions {
  return subscriptionsSchema.parse(column === null ? {} : JSON.parse(column))
}
