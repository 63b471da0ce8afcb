import { messageIdOf } from '../../lib/triggers/message-id.ts'
import { pairsOf } from './posted-pairs.ts'

/** Ids of calls and of what they belong to, and their codes; those of CRM are numbers. */
const ID = /^[\w.:@+-]{1,64}$/

/** What the engine reads of an event about something in CRM, and about a call: no number and no name of a customer is among it. */
const ITEM_FIELDS = ['ID', 'ENTITY_TYPE_ID']
const CALL_FIELDS = ['CALL_ID', 'CALL_TYPE', 'CALL_FAILED_CODE', 'CALL_DURATION', 'CRM_ACTIVITY_ID']

/** More messages are not told in one event, nor more letters in all. */
const MOST_MESSAGES = 50
const MOST_LETTERS = 100_000

/** Of a conversation in its messenger: the portal's name of it, of which this is a part, has 255 letters at most (`platform.md` 10.12). */
const LONGEST_NAME = 128

/**
 * A part of a message that is looked at: `data[DATA][0][message][text]`. `DATA` may be one message, a list of them or a map with numbered
 * keys, and names come in lower and in upper case (`platform.md` 4.4, 10.11).
 */
const MESSAGE_PART =
  /^data\[data\](?:\[(\d{1,6})\])?\[(connector|message)\]\[(connector_id|line_id|chat_id|user_id|id|date|text|system)\]$/i

/** What is kept of an event about something in CRM: its ids. */
export function itemData(body: string): { FIELDS: Record<string, string> } {
  return { FIELDS: fieldsOf(body, ITEM_FIELDS, (field) => `data[FIELDS][${field}]`) }
}

/** What is kept of an event about a call. */
export function callData(body: string): Record<string, string> {
  return fieldsOf(body, CALL_FIELDS, (field) => `data[${field}]`)
}

/** One value of an event's data, such as `[QUERY][code]`; empty: there is none. */
export function valueIn(body: string, name: string): string {
  return pairsOf(body, (one) => one === `data${name}`).get(`data${name}`) ?? ''
}

/** A message of an event: what is looked at of who wrote it where, and of itself. */
type PostedMessage = { connector: Record<string, string>; message: Record<string, string> }

/** The messages of a chat event, in the shape that `chatEventPayloads` reads. */
export function chatData(body: string): { CONNECTOR?: string; LINE?: string; DATA: PostedMessage[] } {
  const top = pairsOf(body, (name) => /^data\[(?:connector|line)\]$/i.test(name))
  const messages = new Map<string, PostedMessage>()
  let letters = MOST_LETTERS
  for (const [name, value] of pairsOf(body, (one) => MESSAGE_PART.test(one))) {
    const [, index = '', part, field = ''] = MESSAGE_PART.exec(name.toLowerCase()) ?? []
    const posted = messages.get(index) ?? { connector: {}, message: {} }
    if (messages.size < MOST_MESSAGES) messages.set(index, posted)
    if (field === 'text') letters -= value.length
    if (isKept(field, value, letters)) posted[part === 'message' ? 'message' : 'connector'][field] = value
  }
  for (const { message } of messages.values()) if (message.id) message.id = messageIdOf(message.id)
  const named = Object.fromEntries(
    [...top].map(([name, value]) => [name.slice('data['.length, -1).toUpperCase(), value]),
  )
  return { ...named, DATA: [...messages.values()] }
}

/** The portal's own ids are short; names of conversations and messages are the messenger's. */
function isKept(field: string, value: string, lettersLeft: number): boolean {
  if (field === 'text') return lettersLeft >= 0
  if (field === 'id') return value !== ''
  return field === 'chat_id' || field === 'date' ? value.length <= LONGEST_NAME : ID.test(value)
}

function fieldsOf(body: string, fields: readonly string[], nameOf: (field: string) => string): Record<string, string> {
  const names = new Map(fields.map((field) => [nameOf(field), field]))
  const pairs = [...pairsOf(body, (name) => names.has(name))]
  return Object.fromEntries(pairs.flatMap(([name, value]) => (ID.test(value) ? [[names.get(name) ?? '', value]] : [])))
}
