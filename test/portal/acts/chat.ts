import { addActivity, updateActivity } from '../changes/activities.ts'
import type { Cause } from '../events/auth.ts'
import { later } from '../events/queue.ts'
import { raise } from '../events/raise.ts'
import { SEED } from '../seed/names.ts'
import type { PortalState } from '../state.ts'
import { type Conversation, userCode } from '../world/conversation.ts'
import { secondsLater } from '../world/dates.ts'
import { nextId } from '../world/ids.ts'
import { addMessage, copied, type MessageIds, requireConversation } from './chat-message.ts'
import { bindingsFor, communication, type Happening } from './options.ts'

export {
  botMessage,
  customerMessage,
  editMessage,
  operatorMessage,
  systemMessage,
  telephoneMessage,
} from './chat-message.ts'

export interface NewChat extends Happening {
  /** The Open Channel; Sales by default. */
  channelId?: number
  begunBy?: 'customer' | 'employee'
  /** The employee who begins it, or to whom the customer is assigned first; Sam by default. */
  userId?: number
  /** The customer as a user of the portal; Kim by default. */
  customerId?: number
  /** How CRM finds the client; Kim by default. */
  phone?: string
  /** The first message; null for none. */
  text?: string | null
  /** False: CRM is off for the channel or found nobody, so there is no activity (platform.md 10.10). */
  inCrm?: boolean
  /** The message carried a tracking code, so the conversation is registered in CRM so long after ONSESSIONSTART (platform.md 4.4), milliseconds. */
  registersAfterMs?: number
}

export interface NewChatResult {
  sessionId: number
  chatId: number
  activityId: number | null
  message: MessageIds | null
}

/** A conversation begins: its activity is added when it is registered in CRM, mostly before the first message is written. */
export function newChat(portal: PortalState, chat: NewChat = {}): NewChatResult {
  const { begunBy = 'customer', userId = SEED.users.sam, text = 'Hello, how much is it?' } = chat
  const conversation = register(portal, chat)
  const author = begunBy === 'customer' ? conversation.customerId : userId
  const cause: Cause = { userId: author, at: chat.at }
  const registerInCrm = () => addSessionActivity(portal, conversation, chat, cause)
  if (chat.registersAfterMs === undefined) registerInCrm()
  else later(portal, chat.registersAfterMs, registerInCrm)
  raise(portal, 'ONSESSIONSTART', sessionData(portal, conversation), cause)
  const quiet = { at: chat.at, updatesActivity: false }
  const message = text === null ? null : addMessage(portal, conversation, { authorId: author, text, ...quiet })
  const { sessionId, chatId, activityId } = conversation
  return { sessionId, chatId, activityId, message }
}

/**
 * A conversation that the manager began on the telephone: the connector copies what he wrote under the customer's name, so that
 * the portal takes it for one begun by the customer.
 */
export function newChatFromTelephone(portal: PortalState, chat: NewChat = {}): NewChatResult {
  return newChat(portal, { ...chat, begunBy: 'customer', text: copied(chat.text ?? 'Hello, is it still wanted?') })
}

export interface AcceptChat {
  userId?: number
  at?: Date
  /** Moves the conversation's beginning so far into the past that it waited this many seconds. */
  after?: number
  /** RESPONSIBLE_ID does not follow yet (platform.md 10.10). */
  responsibleLags?: boolean
}

/** An employee takes the conversation: RESULT_STATUS becomes 2, with ONCRMACTIVITYUPDATE (platform.md 10.10, A5). */
export function acceptChat(portal: PortalState, sessionId: number, accept: AcceptChat = {}): void {
  const { userId = SEED.users.sam, at = new Date(), after, responsibleLags = false } = accept
  const conversation = requireConversation(portal, sessionId)
  if (after !== undefined) moveBeginning(portal, conversation, secondsLater(at, -after))
  conversation.operatorId = userId
  const activity = portal.world.activities.get(conversation.activityId ?? 0)
  if (!activity) return
  const resultStatus = portal.switches.sessionAnsweredStatus === 'other' ? 3 : 2
  const responsible = responsibleLags ? {} : { responsibleId: userId }
  updateActivity(portal, activity, { resultStatus, endTime: at, ...responsible }, { userId, at })
}

export interface Transfer {
  toUserId?: number
  toChannelId?: number
  userId?: number
  at?: Date
}

/** Hands the conversation to another employee or channel; the activity keeps its first channel (platform.md 10.10). */
export function transferChat(portal: PortalState, sessionId: number, transfer: Transfer): void {
  const conversation = requireConversation(portal, sessionId)
  const { toUserId, toChannelId, userId = SEED.users.sam, at } = transfer
  if (toUserId !== undefined) conversation.operatorId = toUserId
  if (toChannelId !== undefined) conversation.channelId = toChannelId
  const activity = portal.world.activities.get(conversation.activityId ?? 0)
  if (!activity) return
  const change = toUserId === undefined ? {} : { responsibleId: toUserId }
  updateActivity(portal, activity, change, { userId, at })
}

/** Ends the session; what the customer writes later begins a new one. */
export function closeChat(
  portal: PortalState,
  sessionId: number,
  { userId = SEED.users.sam, at }: { userId?: number; at?: Date } = {},
): void {
  const conversation = requireConversation(portal, sessionId)
  conversation.closed = true
  const cause = { userId, at }
  const activity = portal.world.activities.get(conversation.activityId ?? 0)
  if (activity) updateActivity(portal, activity, { completed: true, endTime: at ?? new Date() }, cause)
  raise(portal, 'ONSESSIONFINISH', sessionData(portal, conversation), cause)
}

function register(portal: PortalState, chat: NewChat): Conversation {
  const { world } = portal
  const { channelId = SEED.channels.sales, begunBy = 'customer', userId = SEED.users.sam } = chat
  const channel = world.channels.find((known) => known.id === channelId)
  if (!channel) throw new Error(`There is no Open Channel ${channelId} in this portal`)
  const customerId = chat.customerId ?? SEED.users.kimAsUser
  const earlier = [...world.conversations.values()].find(
    (known) => known.customerId === customerId && known.channelId === channelId,
  )
  const conversation: Conversation = {
    sessionId: nextId(world, 'session'),
    chatId: earlier?.chatId ?? nextId(world, 'chat'),
    externalChatId: earlier?.externalChatId ?? String(nextId(world, 'external chat')),
    channelId,
    connectorId: channel.connectorId,
    customerId,
    inGroup: portal.switches.groupChatConnector === 'yes',
    begunBy,
    operatorId: begunBy === 'employee' ? userId : 0,
    created: chat.at ?? new Date(),
    closed: false,
    activityId: null,
    messages: [],
  }
  world.conversations.set(conversation.sessionId, conversation)
  return conversation
}

function addSessionActivity(portal: PortalState, conversation: Conversation, chat: NewChat, cause: Cause): void {
  const bindings = bindingsFor(portal.world, chat, { phone: chat.phone ?? SEED.phones.kim })
  if (chat.inCrm === false || bindings.length === 0) return
  const byCustomer = conversation.begunBy === 'customer'
  const code = userCode(conversation)
  const activity = addActivity(
    portal,
    {
      typeId: 6,
      providerId: 'IMOPENLINES_SESSION',
      providerTypeId: String(conversation.channelId),
      associatedEntityId: conversation.sessionId,
      subject: `Chat in channel ${conversation.channelId}`,
      direction: byCustomer ? 1 : 2,
      bindings,
      communications: communication('IM', `imol|${code}`, bindings),
      responsibleId: chat.userId ?? SEED.users.sam,
      originId: `IMOL_${conversation.sessionId}`,
      providerParams: { USER_CODE: code },
      resultStatus: byCustomer ? 1 : 2,
      resultSourceId: conversation.connectorId,
      isIncomingChannel: byCustomer,
    },
    cause,
  )
  conversation.activityId = activity.id
}

function moveBeginning(portal: PortalState, conversation: Conversation, to: Date): void {
  const shift = to.getTime() - conversation.created.getTime()
  conversation.created = to
  for (const message of conversation.messages) message.date = new Date(message.date.getTime() + shift)
  const activity = portal.world.activities.get(conversation.activityId ?? 0)
  if (activity) Object.assign(activity, { created: to, startTime: to, lastUpdated: to })
}

/** The source names neither session nor customer's chat; the documentation does, in a list (platform.md 4.4). */
function sessionData(portal: PortalState, conversation: Conversation): Record<string, unknown> {
  const { connectorId, channelId, externalChatId, customerId, sessionId, chatId, closed } = conversation
  const connector = { connector_id: connectorId, line_id: String(channelId), user_id: String(customerId) }
  if (portal.switches.sessionEventShape === 'map without session id') {
    const name = portal.world.channels.find((channel) => channel.id === channelId)?.name ?? ''
    const line = { id: String(channelId), name }
    return { DATA: { connector: { ...connector, chat_id: String(chatId) }, chat: { chat_id: String(chatId) }, line } }
  }
  const session = { id: String(sessionId), closed: closed ? 'Y' : 'N', parent_id: '0', close_term: '1440' }
  const chat = { id: String(chatId) }
  return {
    DATA: [{ connector: { ...connector, chat_id: externalChatId }, session, chat, user: { id: String(customerId) } }],
  }
}
