import { setImmediate as othersTurn } from 'node:timers/promises'
import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import { channelOf, chatOf } from '../../../domain/chat-names.ts'
import { GRACE_MS } from '../../../domain/time.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { findSeenMessages, type SeenMessage } from '../../../store/conversations.ts'
import { textFinder } from '../../../triggers/chat-text.ts'
import type { MessageFacts } from '../../../triggers/facts.ts'
import type { JobContext } from '../../context.ts'
import type { SourcedFacts } from '../../match/recognise.ts'
import { passing } from '../../snapshot/failures.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { recordDenied, recordReadable } from './channel-source.ts'
import { addSessions, type ChatState, messageName, recordConversation } from './chat-state.ts'
import { isReadable } from './conversations.ts'
import { readConversations } from './fetch-conversations.ts'
import { type HistoryScan, type ScannedHistory, textsFor } from './history-scan.ts'
import { byNumber, type History, type HistoryMessage } from './parse.ts'
import { countUnread } from './unread-channels.ts'

/** Messages before this moment are of no use to any trigger, milliseconds. */
export function messagesSince(triggers: readonly ReadyTrigger[]): number {
  const ready = triggers.flatMap(({ kind, readyAt }) => (kind === 'chat-message' ? [Date.parse(readyAt)] : []))
  return Math.min(...ready) - GRACE_MS
}

/**
 * Looks through the histories of conversations for what the customer has written since they were last looked through. What an
 * event told of is left out: it is done with, and an edit makes it no message. Notes how far it came.
 */
export async function scanHistories(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  { scans, triggers }: { scans: readonly HistoryScan[]; triggers: readonly ReadyTrigger[] },
): Promise<ScannedHistory[]> {
  const sessions = scans.map(({ sessionId }) => sessionId)
  await addSessions(chatState, context, sessions)
  await readConversations(client, snapshot, { histories: sessions, activities: sessions })
  const readable = scans.flatMap((scan) => {
    const { sessionId } = scan
    if (passing(snapshot.failures, [`history ${sessionId}`, `session ${sessionId}`]) !== null) return []
    const history = snapshot.histories.get(sessionId)
    return isReadable(history) ? [{ scan, history }] : []
  })
  for (const scan of scans) recordHistoryAccess(chatState, snapshot, scan)
  await countUnread(context, client, snapshot, chatState, sessions)
  const chats = readable.map(({ history }) => chatOf(history.userCode))
  const seen = await findSeenMessages(context.db, context.portal.memberId, chats)
  const since = messagesSince(triggers)
  return readable.map(({ scan, history }) => {
    const { userCode } = history
    const channelId = channelOf(userCode) || scan.channelId
    const reported = seen.filter(({ chat }) => chat === chatOf(userCode))
    const news = unreported(history, newMessages(chatState, history, since), reported)
    const lastMessageId = history.messages.at(-1)?.id ?? null
    const activityId = snapshot.sessions.get(scan.sessionId) ?? null
    recordConversation(chatState, scan.sessionId, { userCode, channelId, activityId, lastMessageId })
    return { scan, channelId, news }
  })
}

/**
 * Those of the messages that contain a trigger's own text, as facts; the others leave no trace. Others have their turn between messages: a
 * history may be megabytes.
 */
async function messageFacts(
  context: JobContext,
  snapshot: PortalSnapshot,
  { scan, channelId, news }: ScannedHistory,
  triggers: readonly ReadyTrigger[],
): Promise<SourcedFacts[]> {
  const find = textFinder(textsFor(triggers, channelId))
  const { sessionId, source, jobId, heardAt } = scan
  const history = snapshot.histories.get(sessionId)
  const userCode = isReadable(history) ? history.userCode : ''
  const found: SourcedFacts[] = []
  for (const { id, at, author, text, messengerIds } of news) {
    await othersTurn()
    const contains = find(text)
    if (contains.length === 0) continue
    const seen = { heardAt, seenAt: context.clock().toISOString() }
    const where = { userCode, sessionId, messageId: id, externalId: messengerIds[0] ?? null, channelId }
    const facts: MessageFacts = { shape: 'message', ...seen, ...where, at, author, contains, isVerified: true }
    const origin = { activityId: snapshot.sessions.get(sessionId) ?? null, refs: [] }
    found.push({ facts, origin, source, kinds: ['chat-message'], jobId })
  }
  return found
}

/** Those of all conversations. */
export async function allMessageFacts(
  context: JobContext,
  snapshot: PortalSnapshot,
  through: readonly ScannedHistory[],
  triggers: readonly ReadyTrigger[],
): Promise<SourcedFacts[]> {
  const found: SourcedFacts[] = []
  for (const one of through) found.push(...(await messageFacts(context, snapshot, one, triggers)))
  return found
}

function newMessages(chatState: ChatState, { sessionId, messages }: History, since: number): HistoryMessage[] {
  const lastMessageId = chatState.conversations.get(sessionId)?.now.lastMessageId ?? null
  return messages.filter(({ id, at, author }) => {
    const isNew = lastMessageId === null || byNumber(id, lastMessageId) > 0
    return isNew && author === 'customer' && Date.parse(at) >= since
  })
}

/**
 * What no event told of. Events name messages by the messenger's ids; where the history does not know these, a second is left out when
 * events told of all that was written in it.
 */
function unreported(
  { userCode, messages }: History,
  news: HistoryMessage[],
  reported: readonly SeenMessage[],
): HistoryMessage[] {
  const chat = chatOf(userCode)
  const names = new Set(reported.map(messageName))
  return news.filter(({ at, messengerIds }) => {
    if (messengerIds.length > 0) return !messengerIds.some((externalId) => names.has(messageName({ chat, externalId })))
    const written = messages.filter((one) => one.author === 'customer' && one.at === at)
    return written.length > reported.filter((one) => one.at === at).length
  })
}

function recordHistoryAccess(
  chatState: ChatState,
  snapshot: PortalSnapshot,
  { sessionId, channelId }: HistoryScan,
): void {
  const history = snapshot.histories.get(sessionId)
  if (history === 'denied') recordDenied(chatState, channelId, sessionId)
  else if (isReadable(history)) recordReadable(chatState, channelOf(history.userCode) || channelId)
}
