import { bindNeeded, checkOf, passingFault, type RebindParts, readerOf } from '../../../install/bind-needed.ts'
import { type AppInfo, readAppInfo } from '../../bitrix24/auth/app-info.ts'
import type { JobContext, JobHandler } from '../../engine/context.ts'
import { findDelegation } from '../../store/delegations.ts'
import { completeJobs, enqueue, snoozeJobs } from '../../store/jobs.ts'
import {
  findSubscriptions,
  type RenewalReason,
  type Subscriptions,
  updateSubscriptions,
} from '../../store/subscriptions.ts'
import type { CheckCause } from './check-job.ts'
import { putBackJobs } from './put-back.ts'
import { rebindEventsJob } from './rebind-events.ts'
import { addTestIfNeeded } from './webhook-ping.ts'

/** A delegation binds a handler of its own for so long, milliseconds. */
const DELEGATION_MS = 20_000

/**
 * Job `check-subscriptions`: every hour; in the first hour every minute; when an administrator's page shows that something is missing;
 * after an event of the app's own life; and when happenings were found that no event told of. Handlers may have gone or died, with a new
 * version of the app, by somebody's hand or by a fault of the portal. What is missing is bound again; what cannot be is kept for the
 * status page with the portal's codes.
 *
 * That `event.get` lists a handler proves nothing (`platform.md` 3.1): all is bound anew once the app counts as installed, for each
 * of its versions, and when events do not come. A new version also gets its buttons, tabs and automation rule back.
 */
export function checkSubscriptions(parts: RebindParts): JobHandler {
  return async (context, rows) => {
    const { memberId } = context.portal
    if (await findDelegation(context.db, memberId)) {
      const later = { dueAt: new Date(context.clock().getTime() + DELEGATION_MS), reason: 'one-at-a-time' }
      return context.commit((tx) => snoozeJobs(tx, rows, later, context.clock()))
    }
    const isBecauseOf = (cause: CheckCause) => rows.some(({ dedupKey }) => dedupKey === cause)
    const { found, again } = await check(parts, context, isBecauseOf('missed'))
    await context.commit(async (tx) => {
      const now = context.clock()
      await updateSubscriptions(tx, memberId, found)
      if (found.version !== undefined) await enqueue(tx, putBackJobs(memberId, now), now)
      if (again) await enqueue(tx, [rebindEventsJob(memberId, now)], now)
      await completeJobs(tx, rows, 'checked', now)
    })
    if (isBecauseOf('round') && found.app?.installed !== false) await addTestIfNeeded(context)
  }
}

/**
 * What is known of the subscriptions afterwards, `version` only if it is a new one; `again`: something is missing for a fault that passes, and is
 * tried again soon.
 */
async function check(
  parts: RebindParts,
  context: JobContext,
  missed: boolean,
): Promise<{ found: Partial<Subscriptions>; again: boolean }> {
  const { portal } = context
  if (portal.status !== 'installed') return { found: {}, again: false }
  const client = await readerOf(parts, portal.memberId)
  if (client === null) return { found: { check: checkOf(parts, portal.memberId, null) }, again: false }
  const { results } = await client.batch({ events: { method: 'event.get' }, info: { method: 'app.info' } })
  const { events, info } = results
  if (!events?.ok) throw events?.error
  const app = info?.ok ? readAppInfo(info.result) : null
  const before = await findSubscriptions(context.db, portal.memberId)
  const now = context.clock()
  const why = reasonToRenew(before, app, missed)
  const report = await bindNeeded(parts, portal, client, events.result, why !== null)
  const isRenewed = report.bound.every((event) => report.added.includes(event))
  const found = {
    check: checkOf(parts, portal.memberId, report),
    ...(app ? { app: { version: app.version, installed: app.installed } } : {}),
    ...(app && why && isRenewed ? { renewed: { at: now.toISOString(), version: app.version, why } } : {}),
    ...(app?.installed && app.version !== before.version ? { version: app.version } : {}),
  }
  return { found, again: passingFault(report) !== undefined }
}

/** Why all has to be bound anew; null: it need not. While the app counts as not installed nothing that is bound lives on. */
function reasonToRenew({ renewed }: Subscriptions, app: AppInfo | null, missed: boolean): RenewalReason | null {
  if (!app?.installed) return null
  if (renewed === null) return 'installed'
  if (renewed.version !== app.version) return 'version'
  return missed ? 'missed' : null
}
