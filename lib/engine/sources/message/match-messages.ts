import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Origin } from '../../../domain/occurrence.ts'
import type { Round } from '../../../queue/job.ts'
import { findKnownKeys } from '../../../store/occurrences.ts'
import { textsIn } from '../../../triggers/chat-text.ts'
import type { MessageFacts } from '../../../triggers/facts.ts'
import type { Notice, Subject } from '../../events/parse-event.ts'
import type { Heard } from '../../events/to-facts.ts'
import { type About, passing } from '../../snapshot/failures.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import { noteHistory, noteMessage } from './channel-source.ts'
import { addSessions, type ChatTurn } from './chat-state.ts'
import { readConversations, readEarlier, readGroups, type Unfound } from './commands.ts'
import { isReadable } from './conversations.ts'
import { findMessage, messageKey } from './find-message.ts'
import { believe } from './message-claim.ts'
import type { Dialog, History, HistoryMessage } from './parse.ts'

export type MessageNotice = Notice & { subject: Subject & { type: 'message' } }

/** Portals write whole seconds. */
const SECOND_MS = 1000

const COUNTED = { state: 'gone', reason: 'counted' } as const

/**
 * Finds out which message of a conversation's history each notice tells of, and adds it to the reading. An event names the customer, not
 * the conversation, and what the messenger calls the message, not the portal. Where the history may not be read, the messenger's id has
 * to do, if the portal says otherwise that a message came.
 */
export async function hearMessages(
  round: Round,
  client: PortalClient,
  reading: Reading,
  turn: ChatTurn,
  notices: readonly Notice[],
): Promise<void> {
  const told = notices.flatMap((one) => (one.subject.type === 'message' ? [{ ...one, subject: one.subject }] : []))
  if (told.length === 0) return
  const userCodes = told.map(({ subject }) => subject.userCode)
  await readGroups(client, reading, userCodes)
  const sessions = userCodes.flatMap((userCode) => reading.dialogs.get(userCode)?.sessionId ?? [])
  await readConversations(client, reading, { histories: sessions, activities: sessions })
  await readEarlier(
    client,
    reading,
    told.flatMap((notice) => ofEarlier(reading, notice)),
  )
  await addSessions(turn, round, sessions)
  const taken = await countedMessages(round, reading)
  const names = new Set<string>()
  for (const notice of inOrder(told)) {
    if (passing(reading.failures, aboutMessage(reading, notice)) !== null) continue
    const name = `${notice.subject.userCode} ${notice.subject.externalId}`
    const isTwice = names.has(name)
    names.add(name)
    const heard = isTwice ? COUNTED : hearMessage(round, reading, turn, notice, taken)
    reading.messages.set(notice.row.id, heard)
    // Its first notice may have to wait for a busy item: that one says when the message is done with.
    if (!isTwice && isDoneWith(heard)) noteMessage(turn, notice)
  }
}

/** While the portal cannot tell of these, nobody knows which message it is. */
function aboutMessage(reading: Reading, { subject: { userCode } }: MessageNotice): About[] {
  const dialog = reading.dialogs.get(userCode)
  const sessions = dialog ? [dialog.sessionId, ...(reading.earlier.get(dialog.userCode) ?? [])] : []
  return [`dialog ${userCode}`, ...sessions.flatMap((session) => [`history ${session}`, `session ${session}`] as const)]
}

/** What is not proven may yet be told truly. */
function isDoneWith(heard: Heard): boolean {
  if (heard.state === 'heard') return heard.facts.shape === 'message' && heard.facts.isProven
  return heard === COUNTED
}

function hearMessage(round: Round, reading: Reading, turn: ChatTurn, notice: MessageNotice, taken: Set<string>): Heard {
  const { row, subject } = notice
  const { externalId, channelId, contains } = subject
  const dialog = reading.dialogs.get(subject.userCode) ?? null
  const found = findIn(historiesOf(reading, dialog), notice, taken)
  const sessionId = found?.history.sessionId ?? dialog?.sessionId ?? null
  const origin = originOf(reading, dialog, sessionId)
  const later = lookForActivityAt(round, notice)
  if (origin.activityId === null && later !== null) return { state: 'later', at: later, reason: 'not-in-crm-yet' }
  const seen = { heardAt: row.created_at, seenAt: round.clock().toISOString() }
  const where = { userCode: dialog?.userCode ?? subject.userCode, sessionId, externalId, channelId }
  const at = momentOf(notice)
  const facts = { shape: 'message', ...seen, ...where, author: 'customer', at, contains, messageId: null } as const
  if (found === null) {
    if (dialog && reading.histories.get(dialog.sessionId) === 'denied') noteHistory(turn, channelId, 'denied')
    return { state: 'heard', facts: { ...facts, isProven: believe(round, reading, turn, notice, at) }, origin }
  }
  noteHistory(turn, channelId, 'readable')
  const { message } = found
  if (message === 'counted') return COUNTED
  if (message === 'gone') return { state: 'gone', reason: 'message-gone' }
  taken.add(messageKey(found.history.sessionId, message))
  const read = { messageId: message.id, at: message.at, contains: textsIn(message.text, contains), isProven: true }
  const written: MessageFacts = { ...facts, ...read }
  return { state: 'heard', facts: written, origin }
}

/** When the portal told it: a time of the messenger's may be long before (`platform.md` 4.4). */
function momentOf({ at, subject, row }: MessageNotice): string {
  return at ?? subject.at ?? row.created_at
}

/** Histories that may be read: of the present conversation, then of those before. */
function historiesOf(reading: Reading, dialog: Dialog | null): History[] {
  if (dialog === null) return []
  const sessions = [dialog.sessionId, ...(reading.earlier.get(dialog.userCode) ?? [])]
  return sessions.flatMap((session) => {
    const history = reading.histories.get(session)
    return isReadable(history) ? [history] : []
  })
}

/** In which history the message stands, if in any. Null: there is none that may be read. */
function findIn(
  histories: readonly History[],
  notice: MessageNotice,
  taken: ReadonlySet<string>,
): { history: History; message: HistoryMessage | 'counted' | 'gone' } | null {
  const { externalId, contains } = notice.subject
  const told = { externalId, contains, at: momentOf(notice) }
  const looked = histories.map((history) => ({ history, message: findMessage(history, told, taken) }))
  return looked.find(({ message }) => message !== 'gone') ?? looked[0] ?? null
}

/** The notice's chat, if its message is not in the present conversation but may be in one before. */
function ofEarlier(reading: Reading, notice: MessageNotice): Unfound[] {
  const askedAs = notice.subject.userCode
  const dialog = reading.dialogs.get(askedAs) ?? null
  const at = momentOf(notice)
  const found = findIn(historiesOf(reading, dialog), notice, new Set())
  if (dialog?.createdAt == null || found?.message !== 'gone') return []
  return Date.parse(at) <= Date.parse(dialog.createdAt) + SECOND_MS ? [{ askedAs, dialog, at }] : []
}

/** An event may come before CRM has registered the conversation: it is looked for as late bindings are. Null: no more. */
function lookForActivityAt({ timing, clock }: Round, { row }: Notice): Date | null {
  const looks = timing.lateBindingSeconds.map((seconds) => Date.parse(row.created_at) + seconds * 1000)
  const next = looks.find((look) => look > clock().getTime())
  return next === undefined ? null : new Date(next)
}

function originOf(reading: Reading, dialog: Dialog | null, sessionId: string | null): Origin {
  const activityId = sessionId === null ? null : (reading.sessions.get(sessionId) ?? null)
  return { activityId, refs: activityId === null ? (dialog?.refs ?? []) : [] }
}

/** Messages of the histories that were counted before. */
async function countedMessages(round: Round, reading: Reading): Promise<Set<string>> {
  const keys = [...reading.histories].flatMap(([session, history]) => {
    return isReadable(history) ? history.messages.map((message) => messageKey(session, message)) : []
  })
  return findKnownKeys(round.db, round.portal.memberId, keys)
}

function inOrder(notices: MessageNotice[]): MessageNotice[] {
  return [...notices].sort((a, b) => momentOf(a).localeCompare(momentOf(b)) || a.row.id - b.row.id)
}
