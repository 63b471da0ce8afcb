import type { KindCode } from './kind-code.ts'
import type { Source } from './states.ts'

/** A CRM object: item, contact (3) or company (4). */
export type Ref = { entityTypeId: number; id: number }

/** Where the items of an occurrence are looked for: the bindings of an activity, and what the portal named besides. */
export type Origin = {
  activityId: number | null
  refs: Ref[]
  /** Whom an e-mail of ours went to, where the portal knows them all; it concerns items of theirs only. */
  recipients?: Ref[]
}

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

/** One thing that happened, as kept: unique per portal by its key, for ever. */
export type Occurrence = Recognised & { kind: KindCode; source: Source; origin: Origin; heardAt: string }
