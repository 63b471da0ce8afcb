import { isUsedEvent } from '../install/events-needed.ts'
import { isLifecycleEvent, type LifecycleEvent, lifecycleKinds } from '../lib/domain/lifecycle-events.ts'
import { type LifecyclePayload, paceOf, sealPayload, unverifiedKey } from '../lib/jobs/lifecycle/lifecycle-event.ts'
import { REBIND_PLACEMENTS } from '../lib/jobs/subscriptions/rebind-placements.ts'
import { TEST_EVENT, WEBHOOK_PING_RECEIVED } from '../lib/jobs/subscriptions/webhook-ping.ts'
import type { Services } from '../lib/services.ts'
import type { NewJob } from '../lib/store/jobs.ts'
import { findSubscriptions } from '../lib/store/subscriptions.ts'
import type { UnverifiedJob } from '../lib/store/unverified-jobs.ts'
import { CHAT_MESSAGE_EVENT } from '../lib/triggers/chat-event.ts'
import { chatJobs } from './chat-job.ts'
import { callData, itemData, valueIn } from './http/event-data.ts'
import type { PortalEvent } from './http/read-event.ts'
import { codeOf } from './own-test.ts'

/** Each of these is asked of the portal, whoever sends how many; nobody makes types of items by the dozen. */
const paceOfTypes = { most: 6, spanMs: 10 * 60_000 }

const CALL_END = 'ONVOXIMPLANTCALLEND'

/**
 * What an event becomes: jobs of type `notice` or of the life cycle, or nothing when we have no use for it. `body` is the event as it was posted; `isOurs`: it
 * bears the portal's application_token.
 */
export async function jobsOf(
  services: Services,
  event: PortalEvent,
  { body, isOurs }: { body: string; isOurs: boolean },
): Promise<NewJob[]> {
  const now = services.clock()
  const portal = event.auth.member_id
  if (isLifecycleEvent(event.event))
    return [lifecycleJob(services, event.event, lifecyclePayload(event, body, now), { portal, isOurs })]
  if (event.event === TEST_EVENT) {
    const code = codeOf(body)
    const { application_token: applicationToken } = event.auth
    const { test } = await findSubscriptions(services.db, portal)
    // One that nobody waits for says nothing, and anybody may send any number of them.
    if (code === null || test?.code !== code) return []
    return [{ portal, type: WEBHOOK_PING_RECEIVED, dedupKey: code, body: { applicationToken }, dueAt: now }]
  }
  if (event.event === 'ONCRMTYPEADD')
    return [{ portal, type: REBIND_PLACEMENTS, dedupKey: 'types', dueAt: now, pace: paceOfTypes }]
  if (!isUsedEvent(event.event)) return []
  if (event.event === CHAT_MESSAGE_EVENT) return chatJobs(services.db, event, body, now)
  return [eventJob(event, body, now)]
}

/** The subject says what the event is about: it is shown in lists of work, and the same one that is due stands for both. */
function eventJob({ event, ts, auth }: PortalEvent, body: string, now: Date): NewJob {
  const data = event === CALL_END ? callData(body) : itemData(body)
  const { CALL_ID, FIELDS = {} } = data as { CALL_ID?: string; FIELDS?: Record<string, string> }
  const ids = [FIELDS.ENTITY_TYPE_ID, FIELDS.ID, CALL_ID].filter((id) => id !== undefined)
  const subject = `${event}:${ids.join(':')}`
  return { portal: auth.member_id, type: 'notice', dedupKey: subject, body: { event, data, ts }, dueAt: now }
}

function lifecycleJob(
  { sealer }: Services,
  event: LifecycleEvent,
  payload: LifecyclePayload,
  { portal, isOurs }: { portal: string; isOurs: boolean },
): UnverifiedJob {
  const subject = unverifiedKey(event, isOurs)
  const body = sealPayload(sealer, portal, payload)
  return {
    portal,
    type: lifecycleKinds[event],
    dedupKey: subject,
    body,
    dueAt: new Date(payload.heardAt),
    pace: paceOf(subject),
  }
}

function lifecyclePayload({ auth }: PortalEvent, body: string, now: Date): LifecyclePayload {
  const lang = valueIn(body, '[LANGUAGE_ID]')
  return {
    ...(auth.access_token === undefined ? {} : { accessToken: auth.access_token }),
    ...(auth.refresh_token === undefined ? {} : { refreshToken: auth.refresh_token }),
    ...(auth.server_endpoint === undefined ? {} : { serverEndpoint: auth.server_endpoint }),
    expiresIn: Number(auth.expires_in) || 3600,
    applicationToken: auth.application_token,
    lang: /^[a-z-]{2,5}$/i.test(lang) ? lang : 'en',
    clean: valueIn(body, '[CLEAN]') === '1',
    heardAt: now.toISOString(),
  }
}
