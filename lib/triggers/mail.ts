import type { ActivityFacts } from './facts.ts'
import type { Hint, KindCode } from './kind.ts'

/** TYPE_ID of an e-mail (`platform.md` 5.1). */
const EMAIL = 4

/** Activities say in DIRECTION who wrote: the customer (1) or we (2). */
export function isMail(activity: ActivityFacts, direction: 1 | 2): boolean {
  return activity.typeId === EMAIL && activity.direction === direction
}

/** E-mails have no events of their own: they show as activities, and what is missing at first comes with an update. */
export function isActivityWritten(hint: Hint): boolean {
  return hint.event === 'ONCRMACTIVITYADD' || hint.event === 'ONCRMACTIVITYUPDATE'
}

/**
 * The key of an e-mail: its Message-Id where the activity has one, so that one fetched twice or restored from the recycle bin
 * is the same e-mail. The activity's id is the alias: the Message-Id may be written after we first counted it.
 */
export function mailKeys(kind: KindCode, activity: ActivityFacts): { key: string; alias: string } {
  const alias = `${kind}:${activity.id}`
  const messageId = messageIdOf(activity)
  return { key: messageId === null ? alias : `${kind}:${messageId}`, alias }
}

function messageIdOf(activity: ActivityFacts): string | null {
  const headers = activity.settings.MESSAGE_HEADERS
  if (typeof headers !== 'object' || headers === null) return null
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'message-id' && typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}
