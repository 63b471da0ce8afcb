import type { Ref } from '../domain/occurrence.ts'

/** Facts by their shape. A source whose facts have a shape of their own adds it in its folder. */
export interface FactsByShape {
  activity: ActivityFacts
  call: CallFacts
  message: MessageFacts
  click: ClickFacts
  item: ItemFacts
}

/**
 * What the portal told us when we asked. Kinds recognise occurrences in it; nothing here does I/O. Times are ISO 8601 UTC. Sources:
 * `platform.md` 5.1–5.4.
 */
export type Facts = FactsByShape[keyof FactsByShape]

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
  /** Of an e-mail: who wrote to whom. Never to be kept. */
  mail?: MailFacts
  /** Contacts, companies and leads that an e-mail went to; absent: the portal does not know them all, or was not asked. */
  recipients?: readonly Ref[]
  /** The http links of an e-mail's body, where a click makes it necessary to read them; null: the portal refuses the body. Never to be kept. */
  links?: readonly string[] | null
  /** Where those of our tracked links in it lead that count for an item of the e-mail. Never to be kept. */
  trackedTargets?: readonly string[]
  /** Of a conversation in an Open Channel. */
  conversation?: ConversationFacts
  /** Of a form's submission: is it a callback form? null: the portal does not tell. */
  form?: Readonly<{ callback: boolean | null }>
}

/** What an e-mail tells of itself, as far as the portal shows it. Addresses are in small letters. */
export type MailFacts = Readonly<{
  /** null: the activity has none. */
  messageId: string | null
  /** '' where nobody is named. */
  sender: string
  /** To, cc and bcc, in order. */
  recipients: readonly string[]
  subject: string
  /** By names in small letters. */
  headers: Readonly<Record<string, string>>
  /** Whether the body says nothing; null: it was not looked at. */
  emptyBody: boolean | null
}>

/**
 * A customer's or an employee's call as the portal's statistics tell it: its legs, at least one. Where a telephony app rings a group
 * with one CALL_ID for each telephone, these are one call (`triggers.md`, Telephony).
 */
export type CallFacts = Seen & {
  shape: 'call'
  /** Of a ring group, the CALL_ID that was written first. */
  callId: string
  type: number
  line: string
  legs: readonly CallLeg[]
}

type CallLeg = Readonly<{
  /** The CALL_ID of this telephone of a ring group; absent: the call's own. */
  callId?: string
  failedCode: string
  startedAt: string
  seconds: number
}>

/** What is known of the conversation that an activity of an Open Channel stands for, besides the activity itself. */
export type ConversationFacts = Readonly<{
  /** RESULT_STATUS when it was last seen; null: it was never seen before. */
  lastStatus: number | null
  /** When an employee took it, where it is answered; null: nobody can tell. */
  acceptedAt: string | null
  /** When it was last seen waiting; null: it was never seen. */
  unansweredAt: string | null
  /** Who wrote first, as far as its history tells: null: nobody of ours may read it. */
  begunBy: 'customer' | 'connector' | null
}>

/** A message of an Open Channel conversation: read from its history or, where that may not be read, told by an event. */
export type MessageFacts = Seen & {
  shape: 'message'
  /** `connector|channel|external chat|customer`. */
  userCode: string
  sessionId: string | null
  /** The portal's own id of the message; null where the history may not be read. */
  messageId: string | null
  /** The messenger's id; null: neither an event nor the history told it. */
  externalId: string | null
  /** The portal itself says that the message came: where the history may not be read, not only an event, which may be forged. */
  isVerified: boolean
  channelId: string
  at: string
  /** `connector`: it copied the message under the customer's name. */
  author: 'customer' | 'employee' | 'bot' | 'system' | 'connector'
  /** Which of the triggers' own texts it contains; the words themselves are never kept. */
  contains: readonly string[]
}

/** A click on one of our tracked links, or what a machine did to one or several links of an item. */
type ClickFacts = Seen & {
  shape: 'click'
  linkId: string
  clickId: string
  /** Where the link leads; of a machine's clicks, where each of the links leads. */
  targets: readonly string[]
  at: string
  machine: boolean
  /** Whole seconds since the link was made last; null: nobody knows. */
  secondsAfterMaking: number | null
  /** The type of the item that the link is bound to. */
  place: { entityTypeId: number }
}

/** A field that changed; `shown`: how screens of the portal may show its new value. */
export type ChangedField = Readonly<{ name: string; value: string; shown?: readonly string[] }>

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
  changed: readonly ChangedField[]
  /** Which one of the changes counted in the second of `updatedTime` this is, from 1. */
  sequence: number
}
