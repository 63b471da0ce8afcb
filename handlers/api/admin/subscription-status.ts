import { eventsNeeded } from '../../../install/events-needed.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import { eventRows, isBoundTo } from '../../../lib/bitrix24/event-rows.ts'
import type { Portal } from '../../../lib/domain/portal.ts'
import type { Services } from '../../../lib/services.ts'
import { listReceivedEvents } from '../../../lib/store/event-log.ts'
import { findSubscriptions, type Subscriptions } from '../../../lib/store/subscriptions.ts'
import { listEnabledTriggers } from '../../../lib/store/triggers.ts'

/**
 * Which events the portal sends us, asked now; `unread` is the code of why it could not be asked. `test` is the last event that was
 * raised on purpose, and when it came back; `refused`: the portal's codes for what could not be bound at the last check; `app`: the
 * version that the portal told of last, and whether its installer was finished; `renewed`: when all was last bound anew, and why;
 * `missed`: when happenings were last found that no event told of, and how many; `heard`: when which event came last, to
 * the minute, the latest first.
 */
export type SubscriptionStatus = {
  bound: string[]
  missing: string[]
  unread: string | null
  refused: string[]
  test: { askedAt: string; cameBackAt: string | null } | null
  heard: { event: string; at: string }[]
} & Pick<Subscriptions, 'app' | 'renewed' | 'missed'>

/** The `subscriptions` part of `GET /api/status`. */
export async function subscriptionStatus(
  { db, clients, config }: Pick<Services, 'db' | 'clients' | 'config'>,
  portal: Portal,
): Promise<SubscriptionStatus> {
  const { check, test, app, renewed, missed } = await findSubscriptions(db, portal.memberId)
  const known = {
    refused: check?.codes ?? [],
    test: test && { askedAt: test.askedAt, cameBackAt: test.cameBackAt },
    app,
    renewed,
    missed,
    heard: await listReceivedEvents(db, portal.memberId),
  }
  const needed = eventsNeeded(portal, await listEnabledTriggers(db, portal.memberId))
  try {
    const client = await clients.asReader(portal.memberId, 'page')
    const rows = eventRows((await client.call('event.get')).result)
    const handler = `${config.publicUrl}/events`
    const bound = needed.filter((event) => rows.some((row) => row.event === event && isBoundTo(handler, row)))
    return { bound, missing: needed.filter((event) => !bound.includes(event)), unread: null, ...known }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return { bound: [], missing: [], unread: error.code, ...known }
  }
}
