import { eventsNeeded } from '../../install/events-needed.ts'
import type { Portal } from '../domain/portal.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import { fieldBaselineJobs } from '../engine/sources/item/baseline-jobs.ts'
import type { NewJob } from '../store/jobs.ts'
import { mailPollJob } from './poll-mail.ts'
import { rebindEventsJob } from './subscriptions/rebind-events.ts'

/** The work that follows from a change of the portal's enabled triggers: other subscriptions, bases of watched fields, e-mails to remember. */
export function triggerJobs(
  portal: Portal,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewJob[] {
  const needed = (triggers: readonly ReadyTrigger[]) => eventsNeeded(portal, triggers).join()
  const { memberId } = portal
  return [
    ...(needed(before) === needed(after) ? [] : [rebindEventsJob(memberId, now)]),
    ...fieldBaselineJobs(memberId, before, after, now),
    ...mailPollJob(memberId, before, after, now),
  ]
}
