/** `GET /api/status` as this page reads it. Every part may be missing: a server of another version says less or more. */
export type Status = Partial<{
  subscriptions: { bound: string[]; missing: string[]; unread: string | null } & Partial<{
    /** The version that the portal told of; its installer may not be finished. */
    app: { version: number; installed: boolean } | null
    renewed: { at: string; why: 'installed' | 'version' | 'missed' } | null
    missed: { at: string; found: number } | null
    heard: { event: string; at: string }[]
  }>
  access: Partial<{
    installer: { name: string; state: AccessState } | null
    advice: string | null
    people: { userId: number; name: string; state: AccessState; triggers: number; advice: string | null }[]
    invitation: { url: string; text: string }
  }>
  version: string
  activity: { days: DayCount[]; lastMove: string | null }
  work: { due: number; parked: number; overdueSince: string | null } & Partial<{
    /** How long the oldest work has waited that could have been done. */
    oldestSeconds: number
  }>
  budget: Partial<{ used: number; burst: number; waiting: number; blockedUntil: string | null }>
  sweep: { at: string; found: number; refused: Record<string, string> } | null
  kinds: {
    kind: string
    title: string
    available: true | { missing: string; advice: string }
    /** How it is served where the portal lacks something. */
    fallback?: string
  }[]
  probe: { id: string; at: string; title: string; text: string }[]
  /** Answers of the portal that do not look as Stagecue knows them: keys and types. */
  drift: { method: string; shape: string; count: number; lastAt: string }[]
  /** Addresses; null: the operator has none. */
  links: Record<'documents' | 'support' | 'privacy', string | null>
  attention: ({ reason: string; detail: string; since: string } & (
    | { triggerId: string; name: string }
    /** It concerns the portal as a whole. */
    | { triggerId: null }
  ))[]
}>

type AccessState = 'own' | 'delegated' | 'none' | 'dead'
/** What one day (UTC) brought. */
export type DayCount = { day: string; moved: number; failed: number; skipped: number }

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

export function workHealth({ work, budget }: Status): Health {
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
