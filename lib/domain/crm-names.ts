import type { Ref } from './occurrence.ts'

/** A contact, company or lead by name; without one as the activity itself names it (`value`: a telephone number or an address). */
export type Client = Ref & { name: string }

/** An item as it is now. */
export type ItemName = { title: string; stageId: string; categoryId: number | null; client: Client | null }

export type ActivityName = {
  client: Client | null
  /** The customer's telephone number or e-mail address; null: the activity names none. */
  address: string | null
  /** What its card belongs to. */
  owner: Ref | null
}

/** By `entityTypeId:id`, and by the activity's id. */
export type CrmNames = { items: Record<string, ItemName>; activities: Record<string, ActivityName> }
