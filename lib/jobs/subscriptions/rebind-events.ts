import { type RebindParts, rebindEvents } from '../../../install/bind-needed.ts'
import type { JobHandler } from '../../engine/context.ts'
import { completeJobs } from '../../store/jobs.ts'

export const REBIND_EVENTS = 'rebind-events' as const

/** Job `rebind-events`: other triggers need other events. Several changes are made up for at once. */
export function rebindJob(parts: RebindParts): JobHandler {
  return async (context, rows) => {
    await rebindEvents(parts, context.portal.memberId)
    await context.commit((tx) => completeJobs(tx, rows, 'bound', context.clock()))
  }
}
