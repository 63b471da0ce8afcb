import { z } from 'zod'
import { mapOf } from '../domain/php-values.ts'
import type { Trigger } from '../domain/trigger.ts'
import { textFinder } from './chat-text.ts'
import { copiedFrom } from './connector-headings.ts'

export const CHAT_MESSAGE_EVENT = 'ONOPENLINEMESSAGEADD'

/** What is kept of a message that an event told: who, where and when, and which of the triggers' own texts it contains. */
export type ChatEvent = z.output<typeof payloadSchema>

const payloadSchema = z.object({
  /** `connector|channel|external chat|customer`: the conversation's name in CRM (`platform.md` 10.12). */
  userCode: z.string(),
  channelId: z.string(),
  /** The messenger's own id of the message; employees' messages have the portal's. */
  externalId: z.string(),
  /** ISO 8601 UTC; null: the event did not say. */
  at: z.string().nullable(),
  /** Not what a connector copied under the customer's name. */
  byCustomer: z.boolean(),
  contains: z.array(z.string()),
})

/** A kept message, read again; null when it is none. */
export function parseChatEvent(data: unknown): ChatEvent | null {
  return payloadSchema.safeParse(data).data ?? null
}

/**
 * The messages of an event, without their words, which are never kept: of those only which of the enabled triggers' own texts
 * they contain. `DATA` may be one message, a list of them or a map with numbered keys (`platform.md` 4.4, 10.11).
 */
export function chatEventPayloads(data: Readonly<Record<string, unknown>>, triggers: readonly Trigger[]): ChatEvent[] {
  const texts = triggers.flatMap(({ kind, fields }) => (kind === 'chat-message' ? [String(fields.text)] : []))
  const find = textFinder([...new Set(texts)])
  return messagesIn(member(data, 'data')).flatMap((row) => {
    const connector = mapOf(member(row, 'connector'))
    const message = mapOf(member(row, 'message'))
    const channelId = idOf(member(connector, 'line_id') ?? member(data, 'line'))
    const customerId = idOf(member(connector, 'user_id'))
    const names = [idOf(member(connector, 'connector_id') ?? member(data, 'connector')), channelId]
    const code = [...names, idOf(member(connector, 'chat_id')), customerId]
    const externalId = idOf(member(message, 'id'))
    if (externalId === '' || code.includes('')) return []
    const text = String(member(message, 'text') ?? '')
    const isUnderHisName = idOf(member(message, 'user_id')) === customerId && member(message, 'system') !== 'Y'
    const byCustomer = isUnderHisName && copiedFrom(text) === null
    const contains = byCustomer ? find(text) : []
    return [
      { userCode: code.join('|'), channelId, externalId, at: timeOf(member(message, 'date')), byCustomer, contains },
    ]
  })
}

/** One message, a list of them or a map with numbered keys. */
function messagesIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.map(mapOf)
  const map = mapOf(value)
  const isRow = ['connector', 'message'].some((name) => member(map, name) !== undefined)
  return isRow ? [map] : Object.values(map).map(mapOf)
}

/** Names come in lower and in upper case. */
function member(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return map[name] ?? map[name.toUpperCase()]
}

/** Ids are numbers or short texts; a `|` would part a user code in the wrong place. */
function idOf(value: unknown): string {
  const id = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return /^[^|\p{Cc}]{1,255}$/u.test(id) ? id : ''
}

/** Unix seconds, or a date as text. */
function timeOf(value: unknown): string | null {
  const text = String(value ?? '')
  const time = /^\d{9,11}$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
