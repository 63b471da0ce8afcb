import type { Portal } from '../lib/domain/portal.ts'
import { fieldBasesWork } from '../lib/jobs/field-bases.ts'
import { mailRoundWork } from '../lib/jobs/poll-mail.ts'
import type { NewWork } from '../lib/store/jobs.ts'
import type { ReadyTrigger } from '../lib/triggers/trigger.ts'
import { eventsNeeded } from './events-needed.ts'
import { REBIND_EVENTS } from './rebind-events.ts'

/** The work that follows from a change of the portal's enabled triggers: other subscriptions, bases of watched fields, e-mails to remember. */
export function triggerWork(
  portal: Portal,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewWork[] {
  const needed = (triggers: readonly ReadyTrigger[]) => eventsNeeded(portal, triggers).join()
  const { memberId } = portal
  const rebind = { portal: memberId, kind: REBIND_EVENTS, subject: now.toISOString(), dueAt: now }
  return [
    ...(needed(before) === needed(after) ? [] : [rebind]),
    ...fieldBasesWork(memberId, before, after, now),
    ...mailRoundWork(memberId, before, after, now),
  ]
}
