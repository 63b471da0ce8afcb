import type { PortalClient } from '../../portal/types.ts'
import { findKnownKeys } from '../../store/find-known-keys.ts'
import type { Origin } from '../../store/occurrence.ts'
import { textsIn } from '../../triggers/chat-text.ts'
import type { MessageFacts } from '../../triggers/facts.ts'
import type { Round } from '../job.ts'
import { type About, passing } from '../read/failures.ts'
import type { Reading } from '../read/reading.ts'
import type { Heard } from '../recognise/hear.ts'
import type { Notice, Subject } from '../recognise/notice.ts'
import { readConversations } from './chat-reading.ts'
import type { Dialog, History, HistoryMessage } from './chat-rows.ts'
import type { ChatTurn } from './chat-turn.ts'
import { noteMessage } from './message-sources.ts'
import { isReadable } from './see-conversations.ts'

type MessageSubject = Subject & { type: 'message' }
type MessageNotice = Notice & { subject: MessageSubject }

/** The messenger's clock and the portal's may differ so much, milliseconds. */
const CLOCKS_MS = 60_000

/** A message that was edited meanwhile is known by its second alone; so near it has to be, milliseconds. */
const SAME_MS = 2000

const COUNTED = { state: 'gone', reason: 'counted' } as const

/**
 * Finds out which message of a conversation's history each notice tells of, and adds it to the reading. An event names the customer, not the
 * conversation, and the messenger's id of the message, not the portal's: so the nearest message with the same own texts of
 * triggers is taken that no notice took before; the same words twice in one second are two messages. Where the history may not be
 * read, the messenger's id has to do.
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
  const sessions = told.flatMap(({ subject }) => reading.dialogs.get(subject.userCode)?.sessionId ?? [])
  await readConversations(client, reading, { histories: sessions, activities: sessions })
  const taken = await countedMessages(round, reading, sessions)
  const names = new Set<string>()
  for (const notice of inOrder(told)) {
    if (passing(reading.failures, aboutMessage(reading, notice)) !== null) continue
    const name = `${notice.subject.userCode} ${notice.subject.externalId}`
    const isTwice = names.has(name)
    names.add(name)
    const heard = isTwice ? COUNTED : hearMessage(round, reading, notice, taken)
    reading.messages.set(notice.row.id, heard)
    // Its first notice may have to wait for a busy item: that one says when the message is done with.
    if (!isTwice && (heard === COUNTED || heard.state === 'heard')) noteMessage(turn, notice)
  }
}

/** While the portal cannot tell of these, nobody knows which message it is. */
function aboutMessage(reading: Reading, { subject: { userCode } }: MessageNotice): About[] {
  const session = reading.dialogs.get(userCode)?.sessionId
  return [
    `dialog ${userCode}`,
    ...(session === undefined ? [] : ([`history ${session}`, `session ${session}`] as const)),
  ]
}

function hearMessage(round: Round, reading: Reading, notice: MessageNotice, taken: Set<string>): Heard {
  const { row, subject } = notice
  const dialog = reading.dialogs.get(subject.userCode) ?? null
  const origin = originOf(reading, dialog)
  const later = lookForActivityAt(round, notice)
  if (origin.activityId === null && later !== null) return { state: 'later', at: later, reason: 'not-in-crm-yet' }
  const history = dialog && reading.histories.get(dialog.sessionId)
  const at = subject.at ?? notice.at ?? row.created_at
  const seen = { heardAt: row.created_at, seenAt: round.clock().toISOString() }
  const { userCode, externalId, channelId, contains } = subject
  const sessionId = dialog?.sessionId ?? null
  const told = { userCode, sessionId, externalId, channelId, at, contains, author: 'customer' as const }
  const facts: MessageFacts = { shape: 'message', ...seen, ...told, messageId: null }
  if (!isReadable(history)) return { state: 'heard', facts, origin }
  const message = findMessage(history, subject, at, taken)
  if (message === 'counted') return COUNTED
  if (message === 'gone') return { state: 'gone', reason: 'message-gone' }
  taken.add(messageKey(history.sessionId, message))
  return { state: 'heard', facts: { ...facts, messageId: message.id, at: message.at }, origin }
}

/** The nearest customer's message that has the texts and was not taken; one that was edited since is known by its time. */
function findMessage(
  history: History,
  { contains }: MessageSubject,
  at: string,
  taken: ReadonlySet<string>,
): HistoryMessage | 'counted' | 'gone' {
  const distance = (message: HistoryMessage) => Math.abs(Date.parse(message.at) - Date.parse(at))
  const near = history.messages
    .filter((message) => message.author === 'customer' && distance(message) <= CLOCKS_MS)
    .sort((a, b) => distance(a) - distance(b))
  const same = near.filter(({ text }) => textsIn(text, contains).length === contains.length)
  const candidates = same.length > 0 ? same : near.filter((message) => distance(message) <= SAME_MS)
  if (candidates.length === 0) return 'gone'
  return candidates.find((message) => !taken.has(messageKey(history.sessionId, message))) ?? 'counted'
}

/** An event may come before CRM has registered the conversation: it is looked for as late bindings are. Null: no more. */
function lookForActivityAt({ timing, clock }: Round, { row }: Notice): Date | null {
  const looks = timing.lateBindingSeconds.map((seconds) => Date.parse(row.created_at) + seconds * 1000)
  const next = looks.find((look) => look > clock().getTime())
  return next === undefined ? null : new Date(next)
}

function originOf(reading: Reading, dialog: Dialog | null): Origin {
  const activityId = dialog === null ? null : (reading.sessions.get(dialog.sessionId) ?? null)
  return { activityId, refs: activityId === null ? (dialog?.refs ?? []) : [] }
}

/** Messages of these conversations that were counted before. */
async function countedMessages(round: Round, reading: Reading, sessions: readonly string[]): Promise<Set<string>> {
  const keys = sessions.flatMap((session) => {
    const history = reading.histories.get(session)
    return isReadable(history) ? history.messages.map((message) => messageKey(session, message)) : []
  })
  return findKnownKeys(round.db, round.portal.memberId, keys)
}

function messageKey(sessionId: string, { id }: HistoryMessage): string {
  return `chat-message:${sessionId}:${id}`
}

function inOrder(notices: MessageNotice[]): MessageNotice[] {
  return [...notices].sort((a, b) => (a.subject.at ?? '').localeCompare(b.subject.at ?? '') || a.row.id - b.row.id)
}
