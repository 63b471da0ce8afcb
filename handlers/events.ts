import { createHash } from 'node:crypto'
import { type RequestHandler, type Response, text } from 'express'
import { isUsedEvent } from '../install/events-needed.ts'
import { REBIND_PLACEMENTS } from '../install/rebind-placements.ts'
import {
  isLifecycleEvent,
  type LifecycleEvent,
  type LifecycleNotice,
  lifecycleKinds,
  sealNotice,
} from '../lib/jobs/lifecycle-event.ts'
import { TEST_CAME_BACK, TEST_EVENT, testCode } from '../lib/jobs/test-events.ts'
import { addUnprovenPortal } from '../lib/store/add-unproven-portal.ts'
import { addWork, type NewWork } from '../lib/store/add-work.ts'
import { addWorkOfKnown } from '../lib/store/add-work-of-known.ts'
import { findPortal } from '../lib/store/find-portal.ts'
import { groupWork } from '../lib/store/group-work.ts'
import { transact } from '../lib/store/transact.ts'
import { CHAT_MESSAGE_EVENT } from '../lib/triggers/chat-event.ts'
import type { Stagecue } from '../lib/wire.ts'
import { chatWork } from './chat-work.ts'
import { hasToken } from './http/application-token.ts'
import { firstInMinute } from './http/first-in-minute.ts'
import { type PortalEvent, readEvent, subjectOf } from './http/read-event.ts'

/** The body as text, whatever the portal calls it; over 1 MB: 413. */
export const readEventText = text({ type: () => true, limit: '1mb' })

/**
 * `POST /events`: checks who speaks, stores what is said, and answers after the commit (`design.md` 7). It calls nobody and
 * interprets nothing: that is the worker's part; only customers' words are left out. The remaining risk is named there: every
 * user of the app can read the application_token, so an event may only make us look. Events that come together share a commit
 * (`mostInCommit` is for benches).
 */
export function postEvents(stagecue: Stagecue, mostInCommit?: number): RequestHandler {
  const addInGroups = groupWork((work) => addWorkOfKnown(stagecue.db, work, stagecue.clock()), mostInCommit)
  const firstOfKnown = firstInMinute(stagecue.clock, 10_000)
  // Each costs a question to the OAuth server, which would not bear a flood in our name.
  const firstOfUnknown = firstInMinute(stagecue.clock, 300)
  return async (request, response) => {
    const event = readEvent(typeof request.body === 'string' ? request.body : '')
    if (!event) return answer(response, 400)
    try {
      const portal = await findPortal(stagecue.db, event.auth.member_id)
      const ours = portal !== null && hasToken(portal, event.auth.application_token)
      const isFirst = portal === null || portal.endpoint === '' ? firstOfUnknown : firstOfKnown
      if (!ours && !(mayBringToken(event) && isFirst(`${event.auth.member_id} ${request.ip}`))) {
        stagecue.log.info(
          { portal: event.auth.member_id, event: event.event },
          'An event without our token was refused',
        )
        return answer(response, 403)
      }
      const work = await workOf(stagecue, event)
      if (work.length > 0 && portal !== null) await addInGroups(work)
      else if (work.length > 0) await keepOfUnknown(stagecue, event, work)
      answer(response, 200)
      if (work.length > 0) stagecue.worker.wake(event.auth.member_id)
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

/** What an event becomes: notices, lifecycle work, or nothing when we have no use for it. */
async function workOf(stagecue: Stagecue, event: PortalEvent): Promise<NewWork[]> {
  const now = stagecue.clock()
  const portal = event.auth.member_id
  if (isLifecycleEvent(event.event)) {
    const notice = lifecycleNotice(event, now)
    const body = sealNotice(stagecue.sealer, portal, notice)
    const subject = lifecycleSubject(event.event, notice)
    return [{ portal, kind: lifecycleKinds[event.event], subject, body, dueAt: now }]
  }
  if (event.event === TEST_EVENT) {
    const code = testCode(event.data)
    return code === null ? [] : [{ portal, kind: TEST_CAME_BACK, subject: code, dueAt: now }]
  }
  if (event.event === 'ONCRMTYPEADD') return [{ portal, kind: REBIND_PLACEMENTS, subject: 'types', dueAt: now }]
  if (!isUsedEvent(event.event)) return []
  if (event.event === CHAT_MESSAGE_EVENT) return chatWork(stagecue.db, event, now)
  const body = { event: event.event, data: event.data, ts: event.ts }
  return [{ portal, kind: 'notice', subject: subjectOf(event), body, dueAt: now }]
}

function lifecycleNotice({ data, auth }: PortalEvent, now: Date): LifecycleNotice {
  return {
    ...(auth.access_token === undefined ? {} : { accessToken: auth.access_token }),
    ...(auth.refresh_token === undefined ? {} : { refreshToken: auth.refresh_token }),
    ...(auth.server_endpoint === undefined ? {} : { serverEndpoint: auth.server_endpoint }),
    expiresIn: Number(auth.expires_in) || 3600,
    applicationToken: auth.application_token,
    lang: typeof data.LANGUAGE_ID === 'string' ? data.LANGUAGE_ID.slice(0, 5) : 'en',
    clean: data.CLEAN === '1',
    heardAt: now.toISOString(),
  }
}

/** Two different claims must not stand in for each other, the same one twice is one: so the subject is their fingerprint. */
function lifecycleSubject(event: LifecycleEvent, notice: LifecycleNotice): string {
  const { accessToken, refreshToken, applicationToken, clean } = notice
  const print = createHash('sha256').update(JSON.stringify([accessToken, refreshToken, applicationToken, clean]))
  return `${event}:${print.digest('hex').slice(0, 16)}`
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
