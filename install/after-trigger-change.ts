import type { Portal } from '../lib/domain/portal.ts'
import type { ReadyTrigger } from '../lib/domain/trigger.ts'
import { fieldBaselineJobs } from '../lib/jobs/field-baselines.ts'
import { mailPollJob } from '../lib/jobs/poll-mail.ts'
import type { NewJob } from '../lib/store/jobs.ts'
import { eventsNeeded } from './events-needed.ts'
import { REBIND_EVENTS } from './rebind-events.ts'

/** The work that follows from a change of the portal's enabled triggers: other subscriptions, bases of watched fields, e-mails to remember. */
export function triggerWork(
  portal: Portal,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewJob[] {
  const needed = (triggers: readonly ReadyTrigger[]) => eventsNeeded(portal, triggers).join()
  const { memberId } = portal
  const rebind = { portal: memberId, kind: REBIND_EVENTS, subject: now.toISOString(), dueAt: now }
  return [
    ...(needed(before) === needed(after) ? [] : [rebind]),
    ...fieldBaselineJobs(memberId, before, after, now),
    ...mailPollJob(memberId, before, after, now),
  ]
}
