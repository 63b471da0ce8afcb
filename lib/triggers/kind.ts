import type { z } from 'zod'
import type { Facts } from './facts.ts'

/** The kinds that Stagecue knows. A new code here makes the compiler ask for its file in the registry (`index.ts`). */
export type KindCode =
  | 'email-viewed'
  | 'email-link-clicked'
  | 'email-incoming'
  | 'email-outgoing'
  | 'form-submitted'
  | 'call-outbound'
  | 'call-inbound'
  | 'call-missed'
  | 'chat-first-message'
  | 'chat-accept-time'
  | 'chat-accepted'
  | 'chat-message'
  | 'payment-received'
  | 'field-changed'

export type Group = 'email' | 'telephony' | 'forms' | 'channels' | 'payments'

/** Scopes and modules that a portal needs for a kind (`platform.md` 1.6). */
export type Scope = 'crm' | 'telephony' | 'imopenlines'

/** How a field is shown and picked (`design.md` 7). */
export type FieldType = 'text' | 'url' | 'number' | 'boolean' | 'line' | 'form' | 'channel' | 'itemFields'

/** Reasons by which a kind itself leaves an occurrence be (`triggers.md`, guards). */
export type VetoReason = 'link-ambiguous' | 'machine' | 'automatic' | 'time-unknown' | 'unproven'

export type FieldDescription = Readonly<{
  name: string
  type: FieldType
  required: boolean
  default: unknown
  /** The only values that it takes. */
  choices?: readonly string[]
}>

/** A portal's event as it came, before anything was read: a hint that says where to look. */
export type EventPayload = Readonly<{ event: string; data: Readonly<Record<string, unknown>> }>

/** One thing that happened, as one kind sees it. `key` is unique per portal for ever (`triggers.md`, "The kinds"). */
export type Recognised = Readonly<{
  key: string
  /** Other keys under which the same thing may have been counted before. */
  aliases?: readonly string[]
  /** When it happened, ISO 8601 UTC. */
  at: string
  /** What filters compare and the journal shows: ids, codes, seconds; never the customer's words. */
  facts: Readonly<Record<string, string | number | boolean | null>>
  /** Key of the occurrence that is decided first and takes the item for itself (`triggers.md`, missed before inbound). */
  precededBy?: string
  /**
   * It happened to an item itself: only triggers of that item's type look at it and, where it is known, of its pipeline.
   */
  place?: Readonly<{ entityTypeId: number; categoryId?: number | null }>
}>

/** The portal may not have written everything yet: look again so many seconds after we first heard of it. */
export type RetryLater = Readonly<{ lookAgainAfter: number }>

/**
 * A kind of trigger: data and pure functions, no I/O. One file per kind; texts live under `kinds.<kind>` of the language files.
 */
export type Kind<F extends Record<string, unknown> = Record<string, unknown>> = Readonly<{
  kind: KindCode
  group: Group
  /** The shape of facts it reads, or the shapes. */
  shape: Facts['shape'] | readonly Facts['shape'][]
  /** Scope without which the portal cannot serve it. */
  scope: Scope
  /** Item types it suits; `all` is every type with stages. */
  entityTypeIds: 'all' | readonly number[]
  /** Its own fields, as saved: `null`, `''` and absent mean "any". */
  fieldSchema: z.ZodType<F>
  fields: readonly FieldDescription[]
  /** Could this event lead to an occurrence for this trigger? Costs no request; `true` when in doubt. */
  mayMatch(hint: EventPayload, trigger: Readonly<{ entityTypeId: number; fields: F }>): boolean
  recognise(facts: Facts): Recognised | RetryLater | null
  /** Do the trigger's own fields match? `facts` hold what may be compared but not kept, such as words and values. */
  matches(fields: F, occurrence: Recognised, facts: Facts): boolean
  /**
   * It matches, but may not be what it looks like: the reason to leave it be, if any. `facts` are there at first only: what passed
   * then and had to wait is not doubted again for what is not kept.
   */
  veto?(fields: F, occurrence: Recognised, facts?: Facts): VetoReason | null
}>

/** `recognise` asked for another look. */
export function isRetryLater(result: Recognised | RetryLater | null): result is RetryLater {
  return result !== null && 'lookAgainAfter' in result
}
