import { type RebindParts, rebindEvents } from '../../../install/bind-needed.ts'
import type { JobHandler } from '../../engine/context.ts'
import { completeJobs, type NewJob } from '../../store/jobs.ts'

const REBIND_EVENTS = 'rebind-events' as const

export function rebindEventsJob(portal: string, now: Date): NewJob {
  return { portal, type: REBIND_EVENTS, dedupKey: now.toISOString(), dueAt: now }
}

/**
 * Job `rebind-events`: other triggers need other events, or a fault of the portal's own was in the way when they were bound. Several changes are made
 * up for at once; while such a fault lasts the job comes again.
 */
export function rebindJob(parts: RebindParts): JobHandler {
  return async (context, rows) => {
    await rebindEvents(parts, context.portal.memberId)
    await context.commit((tx) => completeJobs(tx, rows, 'bound', context.clock()))
  }
}
