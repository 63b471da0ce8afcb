import { toInt } from '../../php/cast.ts'
import type { PortalState } from '../../state.ts'
import type { Channel } from '../../world/channel.ts'
import { type ChatMessage, type Conversation, userCode } from '../../world/conversation.ts'
import { isoWithOffset, unixSeconds } from '../../world/dates.ts'
import { COMPANY, CONTACT, DEAL, LEAD } from '../../world/entity-types.ts'
import type { User } from '../../world/user.ts'
import type { World } from '../../world/world.ts'
import { RestError } from '../error.ts'
import type { Row } from '../filter/read-filter.ts'
import type { Call, Methods, Outcome } from '../method.ts'
import { legacyParam, text, toInteger } from '../params.ts'
import { asMap, phpMap, yesNo } from '../php.ts'

const MOST_CHANNELS = 200

/** Open Channels and their conversations (platform.md 5.4, 10.12). */
export const imopenlines: Methods = {
  'imopenlines.config.list.get': { scopes: ['imopenlines'], run: channels },
  'imopenlines.config.get': { scopes: ['imopenlines'], run: channel },
  'imopenlines.dialog.get': { scopes: ['imopenlines'], run: dialog },
  'imopenlines.session.history.get': { scopes: ['imopenlines'], run: history },
}

/** No total: the caller asks on until fewer than `limit` come. */
function channels({ portal, params }: Call): Outcome {
  const wanted = legacyParam(params, 'PARAMS') ?? {}
  if (typeof wanted !== 'object') throw new RestError('INVALID_FORMAT', 'Wrong format of PARAMS')
  const given = asMap(wanted)
  const active = text(asMap(given.filter).ACTIVE)
  const limit = Math.min(toInteger(given.limit) ?? 50, MOST_CHANNELS)
  const offset = toInteger(given.offset) ?? 0
  const found = portal.world.channels.filter((one) => active === '' || yesNo(one.active) === active)
  return { result: found.slice(offset, offset + limit).map(channelRow) }
}

function channel({ portal, params }: Call): Outcome {
  const id = toInteger(legacyParam(params, 'CONFIG_ID'))
  const found = portal.world.channels.find((one) => one.id === id)
  return { result: found ? channelRow(found) : false }
}

function channelRow({ id, name, active, queue }: Channel): Row {
  return {
    ID: String(id),
    LINE_NAME: name,
    ACTIVE: yesNo(active),
    CRM: 'Y',
    CRM_CREATE: 'lead',
    QUEUE: queue.map(String),
  }
}

function dialog(call: Call): Outcome {
  const { portal, user } = call
  const conversation = findByAnyName(call)
  if (!conversation || !mayOpen(portal.world, user, conversation)) {
    throw new RestError('ACCESS_ERROR', 'You do not have access to the specified dialog')
  }
  return { result: dialogRow(portal.world, conversation) }
}

/**
 * The present conversation of the chat that CHAT_ID, DIALOG_ID, SESSION_ID or USER_CODE names: an earlier session names its chat, too. A
 * group's chat is found under its own code alone.
 */
function findByAnyName({ portal, params }: Call): Conversation | undefined {
  const chatId = toInt(legacyParam(params, 'CHAT_ID')) || toInt(text(legacyParam(params, 'DIALOG_ID')).slice(4))
  const sessionId = toInt(legacyParam(params, 'SESSION_ID'))
  const code = text(legacyParam(params, 'USER_CODE'))
  const newestFirst = [...portal.world.conversations.values()].reverse()
  const named = newestFirst.find(
    (one) => one.chatId === chatId || one.sessionId === sessionId || userCode(one) === code,
  )
  return newestFirst.find((one) => one.chatId === named?.chatId)
}

/** Members of the chat and those who may read the history of the channel. */
function mayOpen(world: World, user: User, conversation: Conversation): boolean {
  const queue = world.channels.find((one) => one.id === conversation.channelId)?.queue ?? []
  return user.rights.openLineHistory || conversation.operatorId === user.id || queue.includes(user.id)
}

/** The chat, with what was written in all its conversations. */
function dialogRow(world: World, conversation: Conversation): Row {
  const ofChat = [...world.conversations.values()].filter(({ chatId }) => chatId === conversation.chatId)
  const messages = ofChat.flatMap((one) => one.messages)
  const created = unixSeconds(conversation.created)
  const bound = (entityTypeId: number) =>
    world.activities.get(conversation.activityId ?? 0)?.bindings.find((one) => one.entityTypeId === entityTypeId)?.id ??
    0
  const [lead, company, contact, deal] = [bound(LEAD), bound(COMPANY), bound(CONTACT), bound(DEAL)]
  const [type, id] = deal ? ['DEAL', deal] : lead ? ['LEAD', lead] : contact ? ['CONTACT', contact] : ['NONE', 0]
  const inCrm = yesNo(conversation.activityId !== null)
  return {
    id: conversation.chatId,
    dialog_id: `chat${conversation.chatId}`,
    owner: conversation.operatorId,
    message_count: messages.length,
    last_message_id: Math.max(0, ...messages.map(({ id }) => id)),
    entity_type: 'LINES',
    entity_id: userCode(conversation),
    entity_data_1: `${inCrm}|${type}|${id}|N|N|${conversation.sessionId}|${created}|${conversation.channelId}|0|0`,
    entity_data_2: `LEAD|${lead}|COMPANY|${company}|CONTACT|${contact}|DEAL|${deal}`,
    manager_list: [],
  }
}

function history({ portal, user, params }: Call): Outcome {
  const [session, chat] = [legacyParam(params, 'SESSION_ID'), legacyParam(params, 'CHAT_ID')]
  if (session === undefined && chat === undefined) {
    throw new RestError('MISSING_REQUIRED_PARAM', 'SESSION_ID or CHAT_ID is required')
  }
  const all = [...portal.world.conversations.values()].reverse()
  const conversation = all.find((one) =>
    session === undefined ? one.chatId === toInt(chat) : one.sessionId === toInt(session),
  )
  if (!conversation) throw new RestError('INVALID_SESSION_ID', 'Session not found')
  if (portal.switches.sessionHistoryAccess === 'ACCESS_DENIED' || !user.rights.openLineHistory) {
    throw new RestError('ACCESS_DENIED', 'Access denied', 403)
  }
  return { result: historyRow(portal, conversation) }
}

function historyRow({ world, switches }: PortalState, conversation: Conversation): Row {
  const { chatId, sessionId, messages } = conversation
  const written = messages.map((message) => [
    String(message.id),
    {
      id: String(message.id),
      chatid: String(chatId),
      senderid: String(message.authorId),
      recipientid: `chat${chatId}`,
      date: isoWithOffset(message.date, world.offsetMinutes),
      text: message.text,
      textlegacy: message.text,
      params: switches.connectorMid === 'absent' ? [] : messageParams(message),
    },
  ])
  const ofCustomers = messages.filter(({ externalId }) => externalId !== null).map(({ authorId }) => authorId)
  const customers = new Set([conversation.customerId, ...ofCustomers])
  const authors = new Set([...customers, ...messages.map((message) => message.authorId)])
  const users = [...authors].flatMap((id) => {
    const user = world.users.get(id)
    if (user) return [historyUser(user)]
    return customers.has(id) ? [historyUser({ id, name: 'Customer', lastName: '', type: 'connector' })] : []
  })
  return {
    chatId: String(chatId),
    sessionId: String(sessionId),
    message: phpMap(Object.fromEntries(written)),
    usersMessage: { [`chat${chatId}`]: messages.map((message) => String(message.id)) },
    users: phpMap(Object.fromEntries(users.map((user) => [user.id, user]))),
    chat: {
      [chatId]: {
        id: String(chatId),
        owner: String(conversation.operatorId),
        entityId: userCode(conversation),
        entityData1: '',
      },
    },
    files: [],
  }
}

/** What the messenger calls a message, as a list of texts (platform.md 5.4). */
function messageParams({ externalId }: ChatMessage): Row | [] {
  return externalId === null ? [] : { connectorMid: [externalId] }
}

/** Whoever writes by a connector is a user of the portal, made with his first message. */
function historyUser({ id, name, lastName, type }: Pick<User, 'id' | 'name' | 'lastName' | 'type'>): Row {
  return {
    id: String(id),
    name: `${name} ${lastName}`.trim(),
    connector: type === 'connector',
    bot: type === 'bot',
    extranet: type === 'extranet' || type === 'connector',
  }
}
