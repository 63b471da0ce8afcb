/**
 * What the portal told us when we asked, in five shapes. Kinds recognise occurrences in them; nothing here does I/O.
 * Times are ISO 8601 UTC. Sources: `platform.md` 5.1–5.4.
 */
export type Facts = ActivityFacts | CallFacts | MessageFacts | ClickFacts | ItemFacts

/** When we first heard of it, and when the portal was asked: what may still come depends on the difference. */
type Seen = { heardAt: string; seenAt: string }

/** A row of `crm.activity.list`; numbers are numbers, PHP's empty `[]` has become `{}`. */
export type ActivityFacts = Seen & {
  shape: 'activity'
  id: number
  typeId: number
  providerId: string
  providerTypeId: string
  direction: number
  originId: string
  associatedEntityId: string
  resultStatus: number
  completed: boolean
  created: string
  startTime: string
  lastUpdated: string
  settings: Readonly<Record<string, unknown>>
  providerParams: Readonly<Record<string, unknown>>
}

/** All rows of `voximplant.statistic.get` with one CALL_ID: the legs of a call, at least one. */
export type CallFacts = Seen & {
  shape: 'call'
  callId: string
  type: number
  line: string
  legs: readonly { failedCode: string; startedAt: string; seconds: number }[]
}

/** A message of an Open Channel conversation, read from its history. */
export type MessageFacts = Seen & {
  shape: 'message'
  sessionId: string
  messageId: string
  channelId: string
  at: string
  author: 'customer' | 'employee' | 'bot' | 'system'
  text: string
}

/** A click on one of our tracked links. */
export type ClickFacts = Seen & {
  shape: 'click'
  linkId: string
  clickId: string
  target: string
  at: string
  machine: boolean
}

/** An item that was added or changed, as it is now. */
export type ItemFacts = Seen & {
  shape: 'item'
  entityTypeId: number
  id: number
  /** `null` where the type has one pipeline. */
  categoryId: number | null
  stageId: string
  /** What the present stage means; `null` where nobody needed to know. */
  semantics: 'process' | 'success' | 'failure' | null
  /** When it entered its present stage; `null` where the type does not tell. */
  movedTime: string | null
  updatedTime: string
  /** Watched fields that differ from how they were last seen, with their new values as text. Never to be kept. */
  changed: readonly { name: string; value: string }[]
  /** Which one of the changes counted in the second of `updatedTime` this is, from 1. */
  nth: number
}
