import type { z } from 'zod'
import type { KindCode } from '../domain/kind-code.ts'
import type { Recognised } from '../domain/occurrence.ts'
import type { Facts } from './facts.ts'

type Group = 'email' | 'telephony' | 'forms' | 'channels' | 'payments'

/** Scopes and modules that a portal needs for a kind (`platform.md` 1.6). */
type Scope = 'crm' | 'telephony' | 'imopenlines'

/** How a field is shown and picked (`design.md` 7). */
export type FieldType = 'text' | 'url' | 'number' | 'boolean' | 'line' | 'form' | 'channel' | 'itemFields' | 'itemValue'

/** Reasons by which a kind itself leaves an occurrence be (`triggers.md`, guards). */
type VetoReason = 'link-ambiguous' | 'machine' | 'automatic' | 'time-unknown' | 'unproven'

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

/** The portal may not have written everything yet: look again so many seconds after we first heard of it. */
export type RetryLater = Readonly<{ retryAfter: number }>

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
  mayMatch(payload: EventPayload, trigger: Readonly<{ entityTypeId: number; fields: F }>): boolean
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
  return result !== null && 'retryAfter' in result
}
