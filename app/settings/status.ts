import type { Status as WholeStatus } from '../../lib/api/status.ts'

type Subscriptions = WholeStatus['subscriptions']

/** `GET /api/status` as this page reads it. Every part may be missing: a server of another version says less or more. */
export type Status = Partial<
  Omit<WholeStatus, 'subscriptions' | 'access' | 'budget' | 'work'> & {
    subscriptions: Pick<Subscriptions, 'bound' | 'missing' | 'unread'> & Partial<Subscriptions>
    access: Partial<WholeStatus['access']>
    budget: Partial<WholeStatus['budget']>
    work: Omit<WholeStatus['work'], 'kinds' | 'oldestSeconds'> & Partial<WholeStatus['work']>
  }
>

/** What one day (UTC) brought. */
export type DayCount = WholeStatus['activity']['days'][number]

/** How a part stands, from best to worst; what is not said counts as well. */
export type Health = 'good' | 'look' | 'bad'

export function subscriptionHealth({ subscriptions }: Status): Health {
  if (!subscriptions) return 'good'
  if (subscriptions.unread !== null) return 'look'
  return subscriptions.missing.length === 0 && subscriptions.app?.installed !== false ? 'good' : 'bad'
}

export function accessHealth({ access }: Status): Health {
  if (access?.advice) return 'bad'
  return (access?.people ?? []).some(({ state }) => state === 'dead' || state === 'none') ? 'look' : 'good'
}

/** Work is picked up within seconds; what waits longer is held up by something. */
const LATE_SECONDS = 60

export function jobHealth({ work, budget }: Status): Health {
  if (budget?.blockedUntil) return 'look'
  return work && (work.parked > 0 || isLate(work)) ? 'look' : 'good'
}

/** A server of an older version does not say how long. */
export function isLate({ overdueSince, oldestSeconds }: NonNullable<Status['work']>): boolean {
  return overdueSince !== null && (oldestSeconds === undefined || oldestSeconds > LATE_SECONDS)
}

export function kindsHealth({ kinds }: Status): Health {
  return (kinds ?? []).every(({ available }) => available === true) ? 'good' : 'look'
}

const DAY_MS = 86_400_000

/** The last seven days up to now (UTC), the oldest first, also those that brought nothing. */
export function lastWeek(days: readonly DayCount[], now: Date): DayCount[] {
  return [6, 5, 4, 3, 2, 1, 0].map((ago) => {
    const day = new Date(now.getTime() - ago * DAY_MS).toISOString().slice(0, 10)
    return days.find((one) => one.day === day) ?? { day, moved: 0, failed: 0, skipped: 0 }
  })
}

/** Something that failed today wants to be looked at. */
export function activityHealth({ activity }: Status, now: Date): Health {
  return activity && (lastWeek(activity.days, now).at(-1)?.failed ?? 0) > 0 ? 'look' : 'good'
}
