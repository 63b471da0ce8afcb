import type { Questions } from './question.ts'
import type { PortalSnapshot } from './snapshot.ts'

/** A pipeline of an item type; its stages are always read with the items, never taken from a cache. */
export type Pipeline = { entityTypeId: number; categoryId: number | null }

/** What a turn has to know first. */
export type FetchPlan = {
  /** Activities of which the row itself and the bindings are read. */
  activities: number[]
  /** Of e-mails, whom they went to is read too. */
  recipients?: boolean
  /** Activities of which only the bindings are read. */
  bindings: number[]
  /** Calls with the activity that the event named, if it did. */
  calls: { callId: string; activityId: number | null }[]
  /** Item types that triggers move. */
  entityTypeIds: number[]
  pipelines: Pipeline[]
  /** What sources ask for that nobody else reads. */
  ask?: (snapshot: PortalSnapshot) => Questions
  /** Conversations by the customer's name in CRM (`commands.ts`). */
  chats?: string[]
  /** Sessions of conversations whose history is read. */
  histories?: string[]
  /** The list of CRM forms. */
  forms?: boolean
  /** Items are guessed along; not where this portal is known to read references in another way. */
  guess: boolean
}
