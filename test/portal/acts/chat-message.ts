import { updateActivity } from '../changes/activities.ts'
import { type Cause, NOBODY } from '../events/auth.ts'
import { raise } from '../events/raise.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import type { ChatMessage, Conversation } from '../world/conversation.ts'
import { unixSeconds } from '../world/dates.ts'
import { nextId } from '../world/ids.ts'

export interface MessageIds {
  messageId: number
  /** The messenger's own id; only customers' messages have one. */
  externalId: string | null
}

export interface Writing {
  at?: Date | undefined
  /** Not every message updates the activity; these do by default (platform.md 10.10). */
  updatesActivity?: boolean
}

/** The customer writes, with BB codes if he likes; in a group somebody else may, as another user of the portal. */
export function customerMessage(
  portal: PortalState,
  sessionId: number,
  text: string,
  { customerId, ...writing }: Writing & { customerId?: number } = {},
): MessageIds {
  const conversation = requireConversation(portal, sessionId)
  const authorId = customerId ?? conversation.customerId
  if (authorId !== conversation.customerId && !conversation.inGroup)
    throw new Error(`Conversation ${sessionId} is no group's: its customer alone writes in it`)
  return addMessage(portal, conversation, { ...writing, authorId, byCustomer: true, text })
}

/** An employee writes; by default the one who took the conversation. */
export function operatorMessage(
  portal: PortalState,
  sessionId: number,
  text: string,
  { userId, ...writing }: Writing & { userId?: number } = {},
): MessageIds {
  const conversation = requireConversation(portal, sessionId)
  const authorId = userId ?? (conversation.operatorId || SEED.users.sam)
  return addMessage(portal, conversation, { ...writing, authorId, text })
}

/** What connectors put over words that the manager wrote on the telephone. */
const HEADING = '=== Outgoing message, author: Телефон ==='

/** Words as a connector copies them from the manager's telephone. */
export function copied(text: string, heading = HEADING): string {
  return `${heading}\n${text}`
}

/** The manager writes on his telephone, past the portal: the connector copies it under the customer's name, with a heading. */
export function telephoneMessage(
  portal: PortalState,
  sessionId: number,
  text: string,
  { heading, ...writing }: Writing & { heading?: string } = {},
): MessageIds {
  return customerMessage(portal, sessionId, copied(text, heading), writing)
}

export function botMessage(portal: PortalState, sessionId: number, text: string, writing: Writing = {}): MessageIds {
  return addMessage(portal, requireConversation(portal, sessionId), { ...writing, authorId: SEED.users.bot, text })
}

/** "The conversation was transferred" and the like: author 0, in the history only. */
export function systemMessage(portal: PortalState, sessionId: number, text: string, writing: Writing = {}): MessageIds {
  return addMessage(portal, requireConversation(portal, sessionId), { ...writing, authorId: 0, text })
}

/** Somebody changes a message: the history holds the new text, ONOPENLINEMESSAGEUPDATE tells the id. */
export function editMessage(portal: PortalState, messageId: number, text: string, { at }: { at?: Date } = {}): void {
  const conversations = [...portal.world.conversations.values()]
  const conversation = conversations.find((one) => one.messages.some((message) => message.id === messageId))
  const message = conversation?.messages.find((one) => one.id === messageId)
  if (!conversation || !message) throw new Error(`There is no chat message ${messageId} in this portal`)
  message.text = text
  const { connectorId, channelId, chatId } = conversation
  const row = {
    im: { chat_id: String(chatId), message_id: String(messageId) },
    message: { id: message.externalId ?? '' },
    chat: { id: conversation.externalChatId },
  }
  const data = { CONNECTOR: connectorId, LINE: String(channelId), DATA: inShape(portal, row) }
  if (isHeard(portal, message)) raise(portal, 'ONOPENLINEMESSAGEUPDATE', data, { ...NOBODY, at })
}

/** Adds a message to the history and raises what a real portal raises. */
export function addMessage(
  portal: PortalState,
  conversation: Conversation,
  {
    authorId,
    byCustomer = authorId === conversation.customerId,
    text,
    at,
    updatesActivity = true,
  }: Writing & { authorId: number; byCustomer?: boolean; text: string },
): MessageIds {
  const { world } = portal
  const message: ChatMessage = {
    id: nextId(world, 'message'),
    externalId: byCustomer ? String(nextId(world, 'external message')) : null,
    authorId,
    date: at ?? new Date(),
    text,
  }
  conversation.messages.push(message)
  const cause: Cause = { userId: authorId === 0 || authorId === SEED.users.bot ? null : authorId, at }
  const isQuiet = !byCustomer && conversation.connectorId === 'livechat'
  if (!isQuiet && isHeard(portal, message)) {
    raise(portal, 'ONOPENLINEMESSAGEADD', messageData(portal, conversation, message), cause)
  }
  const activity = world.activities.get(conversation.activityId ?? 0)
  if (activity && updatesActivity) updateActivity(portal, activity, {}, cause)
  return { messageId: message.id, externalId: message.externalId }
}

export function requireConversation({ world }: PortalState, sessionId: number): Conversation {
  const conversation = world.conversations.get(sessionId)
  if (!conversation) throw new Error(`There is no conversation ${sessionId} in this portal`)
  return conversation
}

/**
 * Which messages raise events: a switch, since the sources disagree (platform.md 4.4). System messages never do, nor do new
 * ones of employees in the live chat.
 */
function isHeard({ switches }: PortalState, { authorId, externalId }: ChatMessage): boolean {
  if (authorId === 0 || switches.openLineEvents === 'none') return false
  return switches.openLineEvents === 'all' || externalId === null
}

/**
 * A customer's message names whoever wrote it, in a group too, but neither session nor portal chat and no time; an employee's tells the portal's ids, and its text
 * begins with his name (platform.md 4.4, 10.11).
 */
function messageData(portal: PortalState, conversation: Conversation, message: ChatMessage): Record<string, unknown> {
  const { connectorId, channelId, externalChatId, customerId, chatId } = conversation
  const connector = {
    connector_id: connectorId,
    line_id: String(channelId),
    chat_id: externalChatId,
    user_id: String(customerId),
  }
  if (message.externalId !== null) {
    const row = {
      connector: { ...connector, user_id: String(message.authorId) },
      chat: { id: externalChatId },
      message: {
        id: message.externalId,
        ...dateOf(portal, conversation, message),
        text: message.text,
        files: [],
        user_id: String(message.authorId),
        ...(portal.switches.openLineDataShape === 'array' ? { system: 'N' } : {}),
      },
      ref: [],
      extra: { EXTRA_URL: 'https://acme.example' },
    }
    return { DATA: inShape(portal, row) }
  }
  const name = portal.world.users.get(message.authorId)?.name
  const row = {
    connector,
    message: {
      id: String(message.id),
      chat_id: String(chatId),
      user_id: String(message.authorId),
      text: `[b]${name}:[/b] [br]${message.text}`,
      files: [],
      attachments: [],
      params: [],
      system: 'N',
    },
    no_session: 'N',
  }
  return { CONNECTOR: connectorId, LINE: String(channelId), DATA: inShape(portal, row) }
}

/** The time of writing: an object that the sender drops, and empty in the live chat; or as the switch says. */
function dateOf({ switches }: PortalState, { connectorId }: Conversation, { date }: ChatMessage): { date?: string } {
  if (switches.openLineMessageDate === 'Unix seconds') return { date: String(unixSeconds(date)) }
  return switches.openLineMessageDate === 'empty' || connectorId === 'livechat' ? { date: '' } : {}
}

function inShape({ switches }: PortalState, row: Record<string, unknown>): unknown {
  return switches.openLineDataShape === 'array' ? [row] : row
}
