import type { PortalClient } from '../lib/bitrix24/client/portal-clients.ts'
import type { PortalError } from '../lib/bitrix24/errors/errors.ts'
import { passingOf } from '../lib/bitrix24/errors/passing.ts'
import { eventRows } from '../lib/bitrix24/event-rows.ts'
import type { Portal } from '../lib/domain/portal.ts'
import { findServiceUser, NO_SERVICE_USER } from '../lib/store/acting-users.ts'
import { transact } from '../lib/store/database.ts'
import { findPortal } from '../lib/store/portals.ts'
import { type Subscriptions, updateSubscriptions } from '../lib/store/subscriptions.ts'
import { listEnabledTriggers } from '../lib/store/triggers.ts'
import { eventsNeeded } from './events-needed.ts'
import type { Installing } from './installing.ts'
import { type EventsReport, reconcileEvents } from './reconcile-events.ts'

export type RebindParts = Pick<Installing, 'config' | 'db' | 'clock' | 'clients' | 'log'>

/** What came of looking after the subscriptions, for the status page. */
export type Check = NonNullable<Subscriptions['check']>

/**
 * Brings the subscriptions of an installed portal in line with its scopes and enabled triggers, as its reader. Asks the portal
 * once when all is right. What is missing in the end is kept for the status page. Throws `PortalError` when the portal does not answer, or
 * when something is missing for a fault that passes.
 */
export async function rebindEvents(parts: RebindParts, memberId: string): Promise<void> {
  const portal = await findPortal(parts.db, memberId)
  if (portal?.status !== 'installed') return
  const client = await readerOf(parts, memberId)
  const report = client && (await bindNeeded(parts, portal, client, (await client.call('event.get')).result))
  await transact(parts.db, (tx) => updateSubscriptions(tx, memberId, { check: checkOf(parts, memberId, report) }))
  const fault = report && passingFault(report)
  if (fault) throw fault
}

/** Why something is missing that may be bound a little later: a fault of the portal's own. */
export function passingFault({ missing, errors }: EventsReport): PortalError | undefined {
  return missing.length > 0 ? passingOf(errors) : undefined
}

/** Where no administrator's access is left nothing can be bound: the next one who opens the app does it. */
export async function readerOf({ db, clients }: RebindParts, memberId: string): Promise<PortalClient | null> {
  return (await findServiceUser(db, memberId)) === null ? null : clients.asReader(memberId, 'work')
}

/** Binds what this portal needs; `listed` is what `event.get` said. `anew`: also what is listed. */
export async function bindNeeded(
  { config, db }: Pick<RebindParts, 'config' | 'db'>,
  portal: Portal,
  client: PortalClient,
  listed: unknown,
  anew = false,
): Promise<EventsReport> {
  const wanted = eventsNeeded(portal, await listEnabledTriggers(db, portal.memberId))
  return reconcileEvents(client, { rows: eventRows(listed), wanted, handler: `${config.publicUrl}/events`, anew })
}

/** What is kept of it; null: there is nobody as whom the portal could be asked. */
export function checkOf({ clock, log }: RebindParts, memberId: string, report: EventsReport | null): Check {
  const at = clock().toISOString()
  if (report === null) return { at, missing: [], codes: [NO_SERVICE_USER] }
  const { missing, errors } = report
  const codes = missing.length > 0 ? errors.map(({ code }) => code) : []
  if (missing.length > 0) log.warn({ portal: memberId, missing, codes }, 'The portal does not take all subscriptions')
  return { at, missing, codes }
}
