import type { RequestHandler, Response } from 'express'
import { addUnprovenPortal } from '../lib/store/add-unproven-portal.ts'
import { addWork, type NewWork } from '../lib/store/add-work.ts'
import { findPortal } from '../lib/store/find-portal.ts'
import type { Intake } from '../lib/store/intake.ts'
import { transact } from '../lib/store/transact.ts'
import type { Stagecue } from '../lib/wire.ts'
import { workOf } from './event-work.ts'
import { createHearing } from './heard-events.ts'
import { hasToken } from './http/application-token.ts'
import { firstInMinute } from './http/first-in-minute.ts'
import { postedText } from './http/posted-pairs.ts'
import { type PortalEvent, readEvent } from './http/read-event.ts'
import { isOwnTest } from './own-test.ts'

/**
 * `POST /events`: checks who speaks, stores what is said, and answers after the commit (`design.md` 7). It calls nobody and
 * interprets nothing: that is the worker's part; only customers' words are left out. The remaining risk is named there: every
 * user of the app can read the application_token, so an event may only make us look.
 */
export function postEvents(stagecue: Stagecue, intake: Intake): RequestHandler {
  const hear = createHearing(stagecue)
  const isNews = firstInMinute(stagecue.clock, 100)
  const firstOfKnown = firstInMinute(stagecue.clock, 10_000)
  // Each costs a question to the OAuth server, which would not bear a flood in our name.
  const firstOfUnknown = firstInMinute(stagecue.clock, 300)
  return async (request, response) => {
    const body = postedText(request)
    const event = readEvent(body)
    if (!event) return answer(response, 400)
    try {
      const portal = await findPortal(stagecue.db, event.auth.member_id)
      const hasOurs = portal !== null && hasToken(portal, event.auth.application_token)
      const ours = hasOurs || (portal !== null && (await isOwnTest(stagecue, event, body)))
      const isFirst = portal === null || portal.endpoint === '' ? firstOfUnknown : firstOfKnown
      if (!ours && !(mayBringToken(event) && isFirst(`${event.auth.member_id} ${request.ip}`))) {
        const { auth, event: name } = event
        if (isNews(auth.member_id)) {
          stagecue.log.info({ portal: auth.member_id, event: name }, 'Events without our token are refused')
        }
        return answer(response, 403)
      }
      const work = await workOf(stagecue, event, body)
      if (work.length > 0 && portal !== null) await intake.add(work)
      else if (work.length > 0) await keepOfUnknown(stagecue, event, work)
      answer(response, 200)
      if (work.length === 0) return
      if (ours) hear(event.auth.member_id, event.event)
      stagecue.worker.wake(event.auth.member_id)
    } catch (error) {
      stagecue.log.error({ event: event.event, error: (error as Error).name }, 'An event could not be stored')
      answer(response, 503)
    }
  }
}

/** These may bring the first or a new token, so they are stored without one that we know, and proven later. */
function mayBringToken({ event }: PortalEvent): boolean {
  return event === 'ONAPPINSTALL' || event === 'ONAPPUPDATE'
}

/** What may become known by this very event. */
async function keepOfUnknown(stagecue: Stagecue, { auth }: PortalEvent, work: NewWork[]): Promise<void> {
  const now = stagecue.clock()
  await transact(stagecue.db, async (tx) => {
    await addUnprovenPortal(tx, auth.member_id, now)
    await addWork(tx, work, now)
  })
}

function answer(response: Response, status: 200 | 400 | 403 | 503): void {
  response.status(status).json({ ok: status === 200 })
}
