import type { RequestHandler, Response } from 'express'
import type { Inbox } from '../lib/queue/inbox.ts'
import { createSharedReads } from '../lib/queue/shared-reads.ts'
import type { Services } from '../lib/services.ts'
import { transact } from '../lib/store/database.ts'
import type { NewJob } from '../lib/store/jobs.ts'
import { findSpeakingPortals } from '../lib/store/portals.ts'
import { addProvisionalPortal, countProvisionalPortals } from '../lib/store/provisional-portals.ts'
import { enqueueUnverified, isUnverified } from '../lib/store/unverified-jobs.ts'
import { jobsOf } from './event-job.ts'
import { addressOf } from './http/address-of.ts'
import { hasToken } from './http/application-token.ts'
import type { AttemptLimits } from './http/attempt-limits.ts'
import { createMinuteThrottle } from './http/minute-throttle.ts'
import { postedText } from './http/posted-pairs.ts'
import { type PortalEvent, readEvent } from './http/read-event.ts'
import { isOwnTest } from './own-test.ts'
import { createEventRecorder } from './received-events.ts'

/**
 * `POST /events`: checks who speaks, stores what is said, and answers after the commit (`design.md` 7). It calls nobody and
 * interprets nothing: that is the worker's part; only customers' words are left out. The remaining risk is named there: every
 * user of the app can read the application_token, so an event may only make us look.
 */
export function postEvents(services: Services, intake: Inbox, attemptLimits: AttemptLimits): RequestHandler {
  // Asked anew for events that come later: an uninstallation counts at once.
  const portalOf = createSharedReads((memberIds) => findSpeakingPortals(services.db, memberIds))
  const recordEvent = createEventRecorder(services)
  const isNews = createMinuteThrottle(services.clock, 100)
  return async (request, response) => {
    const body = postedText(request)
    const event = readEvent(body)
    if (!event) return answer(response, 400)
    try {
      const portal = (await portalOf(event.auth.member_id)) ?? null
      const hasOurs = portal !== null && hasToken(portal, event.auth.application_token)
      const ours = hasOurs || (portal !== null && (await isOwnTest(services, event, body)))
      if (!ours && !mayBringToken(event)) {
        const { auth, event: name } = event
        if (isNews(auth.member_id)) {
          services.log.info({ portal: auth.member_id, event: name }, 'Events without our token are refused')
        }
        return answer(response, 403)
      }
      const isUnknown = portal === null || portal.endpoint === ''
      const post = { address: addressOf(request), portal: event.auth.member_id, isUnknown }
      const refusal = ours ? null : attemptLimits.refusePost(post)
      if (refusal !== null) return answer(response, refusal)
      const jobs = await jobsOf(services, event, { body, isOurs: ours })
      if (jobs.length > 0 && portal !== null) await intake.add(jobs)
      else if (jobs.length > 0 && !(await keepOfUnknown(services, event, jobs))) return answer(response, 503)
      answer(response, 200)
      if (jobs.length === 0) return
      if (ours) recordEvent(event.auth.member_id, event.event)
      services.worker.wake(event.auth.member_id)
    } catch (error) {
      services.log.error({ event: event.event, error: (error as Error).name }, 'An event could not be stored')
      answer(response, 503)
    }
  }
}

/** These may bring the first or a new token, so they are stored without one that we know, and proven later. */
function mayBringToken({ event }: PortalEvent): boolean {
  return event === 'ONAPPINSTALL' || event === 'ONAPPUPDATE'
}

/** Portals that only events speak of: more do not wait to be proven. */
const maxProvisional = 300

/** What may become known by this very event. False: too many wait already. */
async function keepOfUnknown(services: Services, { auth }: PortalEvent, jobs: NewJob[]): Promise<boolean> {
  const now = services.clock()
  return transact(services.db, async (tx) => {
    if ((await countProvisionalPortals(tx)) >= maxProvisional) return false
    await addProvisionalPortal(tx, auth.member_id, now)
    await enqueueUnverified(tx, jobs.filter(isUnverified), now)
    return true
  })
}

function answer(response: Response, status: 200 | 400 | 403 | 429 | 503): void {
  response.status(status).json({ ok: status === 200 })
}
