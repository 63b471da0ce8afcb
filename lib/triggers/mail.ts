import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { KindCode } from '../domain/kind-code.ts'
import { wholeSeconds } from '../domain/time.ts'
import type { ActivityFacts } from './facts.ts'
import type { EventPayload } from './kind.ts'

/** TYPE_ID of an e-mail (`platform.md` 5.1). */
export const EMAIL = 4

/** Do e-mails count that no person wrote? */
export const automaticField = { automatic: z.boolean().nullish() }

export const automaticDescription = { name: 'automatic', type: 'boolean', required: false, default: false } as const

/** Activities say in DIRECTION who wrote: the customer (1) or we (2). */
export function isMail(activity: Pick<ActivityFacts, 'typeId' | 'direction'>, direction: 1 | 2): boolean {
  return activity.typeId === EMAIL && activity.direction === direction
}

/** E-mails have no events of their own: they show as activities, and what is missing at first comes with an update. */
export function isActivityWritten(payload: EventPayload): boolean {
  return payload.event === 'ONCRMACTIVITYADD' || payload.event === 'ONCRMACTIVITYUPDATE'
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

/** Seconds between sending an e-mail and its mark, which has no parts of seconds; never less than 0. */
export function secondsAfterSending(mail: Pick<ActivityFacts, 'created' | 'startTime'>, markedAt: string): number {
  return Math.max(0, wholeSeconds(markedAt) - wholeSeconds(sentAt(mail)))
}

/**
 * The key of an e-mail: its Message-Id with its sender, so that one fetched twice or restored from the recycle bin is the same e-mail, and
 * two senders who share a Message-Id are two; where the activity has none, a fingerprint of sender, recipients, subject and START_TIME.
 * The aliases are what it may have been counted under before: the Message-Id may be written after we first counted it, and earlier
 * versions counted by it alone or by the activity's id.
 */
export function mailKeys(
  kind: KindCode,
  activity: Pick<ActivityFacts, 'id' | 'mail' | 'startTime'>,
): { key: string; aliases: readonly string[] } {
  const { messageId = null } = activity.mail ?? {}
  const names = [
    ...(messageId === null ? [] : [`${short(messageId)} ${activity.mail?.sender ?? ''}`.trim()]),
    ...fingerprint(activity),
    ...(messageId === null ? [] : [short(messageId)]),
    String(activity.id),
  ]
  const [key = '', ...aliases] = [...new Set(names)].map((name) => `${kind}:${name}`)
  return { key, aliases }
}

/** Longer Message-Ids are known by their hash: keys stand in an index. */
const LONGEST_ID = 255

function short(messageId: string): string {
  return messageId.length <= LONGEST_ID ? messageId : hash(messageId)
}

/** Nothing where the activity does not say who wrote: another program's, or one whose SETTINGS are still to come. */
function fingerprint({ mail, startTime }: Pick<ActivityFacts, 'mail' | 'startTime'>): string[] {
  if (!mail || mail.sender === '') return []
  return [`~${hash(JSON.stringify([mail.sender, mail.recipients, mail.subject, startTime]))}`]
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
