import { z } from 'zod'
import { channelOf } from '../../../domain/chat-names.ts'
import { COMPANY, CONTACT, DEAL, LEAD } from '../../../domain/entity-types.ts'
import type { Ref } from '../../../domain/occurrence.ts'
import { codeText } from '../../../domain/portal-texts.ts'
import { copiedFrom } from '../../../triggers/connector-headings.ts'
import type { MessageFacts } from '../../../triggers/facts.ts'
import { messageIdOf } from '../../../triggers/message-id.ts'

/** A chat of an Open Channel as `imopenlines.dialog.get` shows it: its present conversation and what CRM knows of it. */
export type Dialog = {
  sessionId: string
  /** The conversation's name in CRM, where the portal tells it. */
  userCode: string
  channelId: string
  refs: Ref[]
  messageCount: number
  /** When the present conversation began, ISO 8601 UTC; null: the portal does not tell. */
  createdAt: string | null
}

/** A message of a conversation. The text goes no further than the comparison with the triggers' own. */
export type HistoryMessage = {
  id: string
  at: string
  author: MessageFacts['author']
  text: string
  /** What the messenger calls it, as in keys; older portals do not tell. */
  messengerIds: string[]
}

/** What `imopenlines.session.history.get` tells, oldest message first. */
export type History = { sessionId: string; userCode: string; messages: HistoryMessage[] }

const id = z.coerce.string().regex(/^[1-9]\d{0,18}$/)
const text = z.string().catch('')
/** PHP writes an empty map as `[]`, and one whose keys are 0, 1, 2 … as a list. */
const map = z.preprocess((value) => ({ ...(value as object) }), z.record(z.string(), z.unknown()))

const count = z.coerce.number().int().nonnegative().catch(0)

const dialogSchema = z.object({
  entity_id: codeText,
  entity_data_1: z.string(),
  entity_data_2: text,
  message_count: count,
})
const historySchema = z.object({ sessionId: id, message: map, users: map, chat: map })
const messageSchema = z.object({
  id,
  senderid: z.coerce.string().catch('0'),
  date: z.string().refine((value) => !Number.isNaN(Date.parse(value))),
  text,
  params: map.catch({}),
})
const flag = z.boolean().catch(false)
const userSchema = z.object({ connector: flag, bot: flag }).catch({ connector: false, bot: false })
const chatSchema = z.object({ entityId: codeText })

const types: Readonly<Record<string, number>> = { LEAD, COMPANY, CONTACT, DEAL }

/** Reads a dialog; null when it names no conversation. `platform.md` 10.12 tells what the parts mean. */
export function parseDialog(result: unknown): Dialog | null {
  const dialog = dialogSchema.safeParse(result).data
  const present = dialog?.entity_data_1.split('|') ?? []
  const session = id.safeParse(present[5]).data
  if (!dialog || session === undefined) return null
  const created = Number(present[6])
  const parts = dialog.entity_data_2.split('|')
  const refs = parts.flatMap((name, index): Ref[] => {
    const entityTypeId = types[name]
    const entityId = Number(parts[index + 1])
    return index % 2 === 0 && entityTypeId && entityId > 0 ? [{ entityTypeId, id: entityId }] : []
  })
  return {
    sessionId: session,
    userCode: dialog.entity_id,
    channelId: channelOf(dialog.entity_id),
    refs,
    messageCount: dialog.message_count,
    createdAt: created > 0 && created < 9e9 ? new Date(created * 1000).toISOString() : null,
  }
}

/** Messages of one history that are read. */
const MOST_MESSAGES = 2000

/** Reads a history; null when it is none. */
export function parseHistory(result: unknown): History | null {
  const history = historySchema.safeParse(result).data
  if (!history) return null
  const userCode = chatSchema.safeParse(Object.values(history.chat)[0]).data?.entityId ?? ''
  const customerId = userCode.split('|')[3]
  const messages = newest(Object.values(history.message)).flatMap((row): HistoryMessage[] => {
    const message = messageSchema.safeParse(row).data
    if (!message) return []
    const { senderid, date } = message
    const { text, params } = message
    const messengerIds = textsIn(params.connectorMid).map(messageIdOf)
    const sender = authorOf(senderid, customerId, userSchema.parse(history.users[senderid]))
    const author = sender === 'customer' && copiedFrom(text) !== null ? 'connector' : sender
    return [{ id: message.id, at: new Date(date).toISOString(), author, text, messengerIds }]
  })
  return { sessionId: history.sessionId, userCode, messages: messages.sort((a, b) => byNumber(a.id, b.id)) }
}

/** Of a longer history the newest messages: what was written before them was looked at when it was new. */
function newest(rows: unknown[]): unknown[] {
  if (rows.length <= MOST_MESSAGES) return rows
  const idOf = (row: unknown) => Number((row as { id?: unknown } | null)?.id) || 0
  return rows.sort((a, b) => idOf(a) - idOf(b)).slice(-MOST_MESSAGES)
}

/** One text, or a list or map of them, as PHP writes either. */
function textsIn(value: unknown): string[] {
  const values = typeof value === 'object' && value !== null ? Object.values(value) : [value]
  return values.flatMap((one) => (typeof one === 'string' || typeof one === 'number' ? [String(one)] : []))
}

/** Ids are numbers, which may be long. */
export function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other))
}

/** Several people of the messenger may write in one chat: `connector` marks them all (`platform.md` 4.4). */
function authorOf(
  senderId: string,
  customerId: string | undefined,
  { connector, bot }: z.output<typeof userSchema>,
): MessageFacts['author'] {
  if (!/^[1-9]/.test(senderId)) return 'system'
  if (bot) return 'bot'
  return connector || senderId === customerId ? 'customer' : 'employee'
}
