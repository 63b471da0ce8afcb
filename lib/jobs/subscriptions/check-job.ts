import type { NewJob } from '../../store/jobs.ts'

/** Looks after a portal's subscriptions; needs `install` and lives there. The subject of its rows is the cause. */
export const CHECK_SUBSCRIPTIONS = 'check-subscriptions' as const

/** The same, every minute in the first hour of an installation. */
export const CHECK_NEW_SUBSCRIPTIONS = 'check-new-subscriptions' as const

/**
 * Why the subscriptions are looked after: it is time; an administrator's page shows that something is missing; an event of the app's own
 * life; happenings were found that no event told of.
 */
export type CheckCause = 'round' | 'page' | 'lifecycle' | 'missed'

export function checkJob(portal: string, cause: CheckCause, now: Date): NewJob {
  return { portal, type: CHECK_SUBSCRIPTIONS, dedupKey: cause, dueAt: now }
}
