import type { ActivityFacts } from './facts.ts'
import type { Hint, KindCode } from './kind.ts'

/** TYPE_ID of an e-mail (`platform.md` 5.1). */
const EMAIL = 4

/** Activities say in DIRECTION who wrote: the customer (1) or we (2). */
export function isMail(activity: Pick<ActivityFacts, 'typeId' | 'direction'>, direction: 1 | 2): boolean {
  return activity.typeId === EMAIL && activity.direction === direction
}

/** E-mails have no events of their own: they show as activities, and what is missing at first comes with an update. */
export function isActivityWritten(hint: Hint): boolean {
  return hint.event === 'ONCRMACTIVITYADD' || hint.event === 'ONCRMACTIVITYUPDATE'
}

/**
 * CRM sent it and tracks views and clicks: null says that tracking is off in the portal, nothing that it was not CRM that sent it, or
 * that SETTINGS are not written yet (`platform.md` 10.3, 10.4).
 */
export function isTracked({ settings }: Pick<ActivityFacts, 'settings'>): boolean {
  return settings.IS_BATCH_EMAIL !== undefined && settings.IS_BATCH_EMAIL !== null
}

/** When the e-mail was first viewed or clicked, which the portal writes as Unix seconds, as a number or as text; null: not yet. */
export function confirmedAt(
  { settings }: Pick<ActivityFacts, 'settings'>,
  mark: 'READ_CONFIRMED' | 'CLICK_CONFIRMED',
): string | null {
  const seconds = Number(settings[mark] ?? 0)
  return Number.isInteger(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : null
}

/** When an e-mail went out: one that was restored from the recycle bin was added again, but keeps its beginning. */
export function sentAt({ created, startTime }: Pick<ActivityFacts, 'created' | 'startTime'>): string {
  return startTime < created ? startTime : created
}

/**
 * The key of an e-mail: its Message-Id where the activity has one, so that one fetched twice or restored from the recycle bin
 * is the same e-mail. The activity's id is the alias: the Message-Id may be written after we first counted it.
 */
export function mailKeys(
  kind: KindCode,
  activity: Pick<ActivityFacts, 'id' | 'settings'>,
): { key: string; alias: string } {
  const alias = `${kind}:${activity.id}`
  const messageId = messageIdOf(activity)
  return { key: messageId === null ? alias : `${kind}:${messageId}`, alias }
}

function messageIdOf(activity: Pick<ActivityFacts, 'settings'>): string | null {
  const headers = activity.settings.MESSAGE_HEADERS
  if (typeof headers !== 'object' || headers === null) return null
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'message-id' && typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}
