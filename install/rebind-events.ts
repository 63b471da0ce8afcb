import type { Job } from '../lib/engine/job.ts'
import { findPortal } from '../lib/store/find-portal.ts'
import { findReader, NO_READER } from '../lib/store/find-reader.ts'
import { finishWork } from '../lib/store/finish-work.ts'
import { keepSubscriptions } from '../lib/store/keep-subscriptions.ts'
import { listEnabledTriggers } from '../lib/store/list-enabled-triggers.ts'
import { eventsNeeded } from './events-needed.ts'
import { eventRows, reconcileEvents } from './reconcile-events.ts'
import type { Installing } from './run-installation.ts'

export const REBIND_EVENTS = 'rebind-events'

/** Job `rebind-events`: other triggers need other events. Several changes are made up for at once. */
export function rebindJob(parts: RebindParts): Job {
  return async (round, rows) => {
    await rebindEvents(parts, round.portal.memberId)
    const ids = rows.map(({ id }) => id)
    await round.commit((tx) => finishWork(tx, ids, 'bound', round.clock()))
  }
}

export type RebindParts = Pick<Installing, 'config' | 'db' | 'clock' | 'clients' | 'log'>

/**
 * Brings the subscriptions of an installed portal in line with its scopes and enabled triggers, as its reader. Asks the portal
 * once when all is right. Throws `PortalError` when it does not answer. What is missing in the end is kept for the status page. Where no
 * administrator's access is left nothing can be bound: the next one who opens the installer does it.
 */
export async function rebindEvents(parts: RebindParts, memberId: string): Promise<void> {
  const portal = await findPortal(parts.db, memberId)
  if (portal?.status !== 'installed') return
  const at = parts.clock().toISOString()
  if ((await findReader(parts.db, memberId)) === null) {
    return keepSubscriptions(parts.db, memberId, { check: { at, missing: [], codes: [NO_READER] } })
  }
  const client = await parts.clients.asReader(memberId, 'work')
  const { result } = await client.call('event.get')
  const wanted = eventsNeeded(portal, await listEnabledTriggers(parts.db, memberId))
  const report = await reconcileEvents(client, eventRows(result), wanted, `${parts.config.publicUrl}/events`)
  const codes = report.missing.length > 0 ? report.errors.map(({ code }) => code) : []
  await keepSubscriptions(parts.db, memberId, { check: { at, missing: report.missing, codes } })
  if (report.missing.length > 0) {
    parts.log.warn({ portal: memberId, missing: report.missing, codes }, 'The portal does not take all subscriptions')
  }
}
