import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Source } from '../../../domain/states.ts'
import type { Round } from '../../../queue/job.ts'
import { findHeardMessages, type HeardMessage } from '../../../store/conversations.ts'
import { textsIn } from '../../../triggers/chat-text.ts'
import type { MessageFacts } from '../../../triggers/facts.ts'
import type { ReadyTrigger } from '../../../triggers/trigger.ts'
import type { HeardFacts } from '../../match/recognise.ts'
import { passing } from '../../snapshot/failures.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import { noteHistory } from './channel-source.ts'
import { channelOf, chatOf } from './chat-names.ts'
import { addSessions, type ChatTurn, messageName, noteConversation } from './chat-state.ts'
import { readConversations } from './commands.ts'
import { isReadable } from './conversations.ts'
import { byNumber, type History, type HistoryMessage } from './parse.ts'
import { countUnread } from './unread-channels.ts'

/** Clocks differ, and portals write whole seconds: the guards look closer. */
const GRACE_MS = 5000

/** A conversation whose history is to be looked through, and on whose account. */
export type Look = { sessionId: string; channelId: string; source: Source; workId: number; heardAt: string }

/** What the customer has written since the conversation was last looked through. */
export type LookedThrough = { look: Look; channelId: string; news: HistoryMessage[] }

/** The own texts of the enabled triggers that listen to a channel. */
export function textsFor(triggers: readonly ReadyTrigger[], channelId: string): string[] {
  const listening = triggers.filter(({ kind, fields }) => {
    return kind === 'chat-message' && (!fields.channelId || fields.channelId === channelId)
  })
  return [...new Set(listening.map(({ fields }) => String(fields.text)))]
}

/** Messages before this moment are of no use to any trigger, milliseconds. */
export function messagesSince(triggers: readonly ReadyTrigger[]): number {
  const ready = triggers.flatMap(({ kind, readyAt }) => (kind === 'chat-message' ? [Date.parse(readyAt)] : []))
  return Math.min(...ready) - GRACE_MS
}

/**
 * Looks through the histories of conversations for what the customer has written since they were last looked through. What an
 * event told of is left out: it is done with, and an edit makes it no message. Notes how far it came.
 */
export async function lookThrough(
  round: Round,
  client: PortalClient,
  reading: Reading,
  turn: ChatTurn,
  { looks, triggers }: { looks: readonly Look[]; triggers: readonly ReadyTrigger[] },
): Promise<LookedThrough[]> {
  const sessions = looks.map(({ sessionId }) => sessionId)
  await addSessions(turn, round, sessions)
  await readConversations(client, reading, { histories: sessions, activities: sessions })
  const readable = looks.flatMap((look) => {
    const { sessionId } = look
    if (passing(reading.failures, [`history ${sessionId}`, `session ${sessionId}`]) !== null) return []
    const history = reading.histories.get(sessionId)
    return isReadable(history) ? [{ look, history }] : []
  })
  for (const look of looks) noteLooked(turn, reading, look)
  await countUnread(round, client, reading, turn, sessions)
  const chats = readable.map(({ history }) => chatOf(history.userCode))
  const heard = await findHeardMessages(round.db, round.portal.memberId, chats)
  const since = messagesSince(triggers)
  return readable.map(({ look, history }) => {
    const { userCode } = history
    const channelId = channelOf(userCode) || look.channelId
    const told = heard.filter(({ chat }) => chat === chatOf(userCode))
    const news = untold(history, newMessages(turn, history, since), told)
    const lastMessageId = history.messages.at(-1)?.id ?? null
    const activityId = reading.sessions.get(look.sessionId) ?? null
    noteConversation(turn, look.sessionId, { userCode, channelId, activityId, lastMessageId })
    return { look, channelId, news }
  })
}

/** Those of the messages that contain a trigger's own text, as facts; the others leave no trace. */
export function messageFacts(
  round: Round,
  reading: Reading,
  { look, channelId, news }: LookedThrough,
  triggers: readonly ReadyTrigger[],
): HeardFacts[] {
  const texts = textsFor(triggers, channelId)
  const { sessionId, source, workId, heardAt } = look
  const history = reading.histories.get(sessionId)
  const userCode = isReadable(history) ? history.userCode : ''
  return news.flatMap(({ id, at, author, text, messengerIds }) => {
    const contains = textsIn(text, texts)
    if (contains.length === 0) return []
    const seen = { heardAt, seenAt: round.clock().toISOString() }
    const where = { userCode, sessionId, messageId: id, externalId: messengerIds[0] ?? null, channelId }
    const facts: MessageFacts = { shape: 'message', ...seen, ...where, at, author, contains, isProven: true }
    const origin = { activityId: reading.sessions.get(sessionId) ?? null, refs: [] }
    return [{ facts, origin, source, kinds: ['chat-message'], workId }]
  })
}

function newMessages(turn: ChatTurn, { sessionId, messages }: History, since: number): HistoryMessage[] {
  const lastMessageId = turn.conversations.get(sessionId)?.now.lastMessageId ?? null
  return messages.filter(({ id, at, author }) => {
    const isNew = lastMessageId === null || byNumber(id, lastMessageId) > 0
    return isNew && author === 'customer' && Date.parse(at) >= since
  })
}

/**
 * What no event told of. Events name messages by the messenger's ids; where the history does not know these, a second is left out when
 * events told of all that was written in it.
 */
function untold(
  { userCode, messages }: History,
  news: HistoryMessage[],
  told: readonly HeardMessage[],
): HistoryMessage[] {
  const chat = chatOf(userCode)
  const names = new Set(told.map(messageName))
  return news.filter(({ at, messengerIds }) => {
    if (messengerIds.length > 0) return !messengerIds.some((externalId) => names.has(messageName({ chat, externalId })))
    const written = messages.filter((one) => one.author === 'customer' && one.at === at)
    return written.length > told.filter((one) => one.at === at).length
  })
}

function noteLooked(turn: ChatTurn, reading: Reading, { sessionId, channelId }: Look): void {
  const history = reading.histories.get(sessionId)
  if (history === 'denied') noteHistory(turn, channelId, 'denied')
  else if (isReadable(history)) noteHistory(turn, channelOf(history.userCode) || channelId, 'readable')
}
