import { findPortal } from '../lib/store/find-portal.ts'
import { findReader } from '../lib/store/find-reader.ts'
import { listEnabledTriggers } from '../lib/store/list-enabled-triggers.ts'
import { eventsNeeded } from './events-needed.ts'
import { eventRows, reconcileEvents } from './reconcile-events.ts'
import type { Installing } from './run-installation.ts'

/**
 * Brings the subscriptions of an installed portal in line with its scopes and enabled triggers, as its reader. Asks the portal
 * once when all is right. Throws `PortalError` when it does not answer. Where no
 * administrator's access is left nothing can be bound: the next one who opens the installer does it.
 */
export async function rebindEvents(
  parts: Pick<Installing, 'config' | 'db' | 'clients' | 'log'>,
  memberId: string,
): Promise<void> {
  const portal = await findPortal(parts.db, memberId)
  if (portal?.status !== 'installed') return
  if ((await findReader(parts.db, memberId)) === null) return
  const client = await parts.clients.asReader(memberId, 'work')
  const { result } = await client.call('event.get')
  const triggers = await listEnabledTriggers(parts.db, memberId)
  const wanted = eventsNeeded(
    portal,
    triggers.map(({ kind }) => kind),
  )
  const report = await reconcileEvents(client, eventRows(result), wanted, `${parts.config.publicUrl}/events`)
  if (report.missing.length > 0) {
    const codes = report.errors.map(({ code }) => code)
    parts.log.warn({ portal: memberId, missing: report.missing, codes }, 'The portal does not take all subscriptions')
  }
}
