import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Origin } from '../../../domain/occurrence.ts'
import { findKnownKeys } from '../../../store/occurrences.ts'
import { textsIn } from '../../../triggers/chat-text.ts'
import type { MessageFacts } from '../../../triggers/facts.ts'
import type { JobContext } from '../../context.ts'
import type { FactsResult } from '../../events/facts-result.ts'
import type { InboundEvent } from '../../events/inbound-event.ts'
import { type About, passing } from '../../snapshot/failures.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { recordDenied, recordMessage, recordReadable } from './channel-source.ts'
import { addSessions, type ChatState } from './chat-state.ts'
import { isReadable } from './conversations.ts'
import { readConversations, readEarlier, readGroups, type Unfound } from './fetch-conversations.ts'
import { findMessage, messageKey } from './find-message.ts'
import { believe } from './message-claim.ts'
import type { MessageEvent } from './message-event.ts'
import type { Dialog, History, HistoryMessage } from './parse.ts'

/** Portals write whole seconds. */
const SECOND_MS = 1000

const COUNTED = { state: 'gone', reason: 'counted' } as const

/**
 * Finds out which message of a conversation's history each event tells of, and adds it to the snapshot. An event names the customer, not
 * the conversation, and what the messenger calls the message, not the portal. Where the history may not be read, the messenger's id has
 * to do, if the portal says otherwise that a message came.
 */
export async function matchMessageEvents(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  events: readonly InboundEvent[],
): Promise<void> {
  const reported = events.flatMap((one) => (one.subject.type === 'message' ? [{ ...one, subject: one.subject }] : []))
  if (reported.length === 0) return
  const userCodes = reported.map(({ subject }) => subject.userCode)
  await readGroups(client, snapshot, userCodes)
  const sessions = userCodes.flatMap((userCode) => snapshot.dialogs.get(userCode)?.sessionId ?? [])
  await readConversations(client, snapshot, { histories: sessions, activities: sessions })
  await readEarlier(
    client,
    snapshot,
    reported.flatMap((event) => ofEarlier(snapshot, event)),
  )
  await addSessions(chatState, context, sessions)
  const countedKeys = await countedMessages(context, snapshot)
  const names = new Set<string>()
  for (const event of inOrder(reported)) {
    if (passing(snapshot.failures, aboutMessage(snapshot, event)) !== null) continue
    const name = `${event.subject.userCode} ${event.subject.externalId}`
    const isTwice = names.has(name)
    names.add(name)
    const result = isTwice ? COUNTED : factsOfMessage(context, snapshot, chatState, event, countedKeys)
    snapshot.messages.set(event.row.id, result)
    // Its first event may have to wait for a busy item: that one says when the message is done with.
    if (!isTwice && isDoneWith(result)) recordMessage(chatState, event)
  }
}

/** While the portal cannot tell of these, nobody knows which message it is. */
function aboutMessage(snapshot: PortalSnapshot, { subject: { userCode } }: MessageEvent): About[] {
  const dialog = snapshot.dialogs.get(userCode)
  const sessions = dialog ? [dialog.sessionId, ...(snapshot.earlier.get(dialog.userCode) ?? [])] : []
  return [`dialog ${userCode}`, ...sessions.flatMap((session) => [`history ${session}`, `session ${session}`] as const)]
}

/** What is not proven may yet be told truly. */
function isDoneWith(result: FactsResult): boolean {
  if (result.state === 'found') return result.facts.shape === 'message' && result.facts.isVerified
  return result === COUNTED
}

function factsOfMessage(
  context: JobContext,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  event: MessageEvent,
  countedKeys: Set<string>,
): FactsResult {
  const { row, subject } = event
  const { externalId, channelId, contains } = subject
  const dialog = snapshot.dialogs.get(subject.userCode) ?? null
  const found = findIn(historiesOf(snapshot, dialog), event, countedKeys)
  const sessionId = found?.history.sessionId ?? dialog?.sessionId ?? null
  const origin = originOf(snapshot, dialog, sessionId)
  const later = nextActivityCheck(context, event)
  if (origin.activityId === null && later !== null) return { state: 'later', at: later, reason: 'not-in-crm-yet' }
  const seen = { heardAt: row.created_at, seenAt: context.clock().toISOString() }
  const where = { userCode: dialog?.userCode ?? subject.userCode, sessionId, externalId, channelId }
  const at = momentOf(event)
  const facts = { shape: 'message', ...seen, ...where, author: 'customer', at, contains, messageId: null } as const
  if (found === null) {
    if (dialog && snapshot.histories.get(dialog.sessionId) === 'denied')
      recordDenied(chatState, channelId, dialog.sessionId)
    return { state: 'found', facts: { ...facts, isVerified: believe(context, snapshot, chatState, event, at) }, origin }
  }
  recordReadable(chatState, channelId)
  const { message } = found
  if (message === 'counted') return COUNTED
  if (message === 'gone') return { state: 'gone', reason: 'message-gone' }
  countedKeys.add(messageKey(found.history.sessionId, message))
  const read = { messageId: message.id, at: message.at, contains: textsIn(message.text, contains), isVerified: true }
  const written: MessageFacts = { ...facts, ...read }
  return { state: 'found', facts: written, origin }
}

/** When the portal told it: a time of the messenger's may be long before (`platform.md` 4.4). */
function momentOf({ at, subject, row }: MessageEvent): string {
  return at ?? subject.at ?? row.created_at
}

/** Histories that may be read: of the present conversation, then of those before. */
function historiesOf(snapshot: PortalSnapshot, dialog: Dialog | null): History[] {
  if (dialog === null) return []
  const sessions = [dialog.sessionId, ...(snapshot.earlier.get(dialog.userCode) ?? [])]
  return sessions.flatMap((session) => {
    const history = snapshot.histories.get(session)
    return isReadable(history) ? [history] : []
  })
}

/** In which history the message stands, if in any. Null: there is none that may be read. */
function findIn(
  histories: readonly History[],
  event: MessageEvent,
  countedKeys: ReadonlySet<string>,
): { history: History; message: HistoryMessage | 'counted' | 'gone' } | null {
  const { externalId, contains } = event.subject
  const reported = { externalId, contains, at: momentOf(event) }
  const scanned = histories.map((history) => ({ history, message: findMessage(history, reported, countedKeys) }))
  return scanned.find(({ message }) => message !== 'gone') ?? scanned[0] ?? null
}

/** The event's chat, if its message is not in the present conversation but may be in one before. */
function ofEarlier(snapshot: PortalSnapshot, event: MessageEvent): Unfound[] {
  const askedAs = event.subject.userCode
  const dialog = snapshot.dialogs.get(askedAs) ?? null
  const at = momentOf(event)
  const found = findIn(historiesOf(snapshot, dialog), event, new Set())
  if (dialog?.createdAt == null || found?.message !== 'gone') return []
  return Date.parse(at) <= Date.parse(dialog.createdAt) + SECOND_MS ? [{ askedAs, dialog, at }] : []
}

/** An event may come before CRM has registered the conversation: it is looked for as late bindings are. Null: no more. */
function nextActivityCheck({ timing, clock }: JobContext, { row }: InboundEvent): Date | null {
  const checks = timing.lateBindingSeconds.map((seconds) => Date.parse(row.created_at) + seconds * 1000)
  const next = checks.find((check) => check > clock().getTime())
  return next === undefined ? null : new Date(next)
}

function originOf(snapshot: PortalSnapshot, dialog: Dialog | null, sessionId: string | null): Origin {
  const activityId = sessionId === null ? null : (snapshot.sessions.get(sessionId) ?? null)
  return { activityId, refs: activityId === null ? (dialog?.refs ?? []) : [] }
}

/** Messages of the histories that were counted before. */
async function countedMessages(context: JobContext, snapshot: PortalSnapshot): Promise<Set<string>> {
  const keys = [...snapshot.histories].flatMap(([session, history]) => {
    return isReadable(history) ? history.messages.map((message) => messageKey(session, message)) : []
  })
  return findKnownKeys(context.db, context.portal.memberId, keys)
}

function inOrder(events: MessageEvent[]): MessageEvent[] {
  return [...events].sort((a, b) => momentOf(a).localeCompare(momentOf(b)) || a.row.id - b.row.id)
}
