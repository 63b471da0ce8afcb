import { eventsNeeded } from '../../../install/events-needed.ts'
import type { VerifiedUser } from '../../bitrix24/auth/verify-token.ts'
import { isBoundTo } from '../../bitrix24/event-rows.ts'
import type { Portal } from '../../domain/portal.ts'
import type { Services } from '../../services.ts'
import type { NewJob } from '../../store/jobs.ts'
import { findSubscriptions, type Subscriptions } from '../../store/subscriptions.ts'
import { listEnabledTriggers } from '../../store/triggers.ts'
import { checkJob } from './check-job.ts'

/** What could not be bound, or bound anew, so lately, milliseconds, is not tried again because somebody opens a page. */
const LATELY_MS = 10 * 60_000

/**
 * Work if the proof of an administrator's page shows that subscriptions are missing, or that the app has another version or counts as
 * installed since they were bound: so whoever opens the app repairs it. The proof asks for it in its own request.
 */
export async function uncertainSubscriptions(
  { config, db, clock }: Pick<Services, 'config' | 'db' | 'clock'>,
  portal: Portal,
  user: VerifiedUser,
): Promise<NewJob[]> {
  if (!user.admin || portal.status !== 'installed') return []
  const known = await findSubscriptions(db, portal.memberId)
  const isUnfinished = user.installed && !isSettled(known, user.version, clock())
  const { handlers } = user
  const needed = eventsNeeded(portal, await listEnabledTriggers(db, portal.memberId))
  const isListed = (event: string) =>
    handlers?.some((row) => row.event === event && isBoundTo(`${config.publicUrl}/events`, row)) ?? true
  const missing = needed.filter((event) => !isListed(event) && !isRefused(known, event, clock()))
  return isUnfinished || missing.length > 0 ? [checkJob(portal.memberId, 'page', clock())] : []
}

/** This version was seen to, or it was just tried. */
function isSettled({ app, version, renewed, check }: Subscriptions, present: number, now: Date): boolean {
  const isTried = app?.installed === true && app.version === present && isLately(check, now)
  return isTried || (version === present && renewed?.version === present)
}

function isRefused({ check }: Subscriptions, event: string, now: Date): boolean {
  return check?.missing.includes(event) === true && isLately(check, now)
}

function isLately(check: Subscriptions['check'], now: Date): boolean {
  return check !== null && now.getTime() - Date.parse(check.at) < LATELY_MS
}
