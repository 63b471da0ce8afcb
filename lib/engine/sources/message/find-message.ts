import { textFinder } from '../../../triggers/chat-text.ts'
import type { History, HistoryMessage } from './parse.ts'

/** The messenger's clock and the portal's may differ so much, milliseconds. */
const CLOCKS_MS = 60_000

/** What an event tells of a message: the messenger's id, which of the triggers' own texts it contains, and when, ISO 8601 UTC. */
export type ReportedMessage = Readonly<{ externalId: string; contains: readonly string[]; at: string }>

/**
 * The message of a history that an event tells: the one that the messenger calls so. Among rows that tell no such id the nearest that
 * has the texts and was not taken: the same words twice in one second are two messages, the first event takes the first. What has none of
 * the texts is not what the event tells: it was edited since, or the event is forged.
 */
export function findMessage(
  history: History,
  { externalId, contains, at }: ReportedMessage,
  countedKeys: ReadonlySet<string>,
): HistoryMessage | 'counted' | 'gone' {
  const distance = (message: HistoryMessage) => Math.abs(Date.parse(message.at) - Date.parse(at))
  const find = textFinder(contains)
  const written = history.messages.filter(({ author, text }) => author === 'customer' && find(text).length > 0)
  const named = written.filter(({ messengerIds }) => messengerIds.includes(externalId))
  const unnamed = written
    .filter(({ messengerIds, text }) => messengerIds.length === 0 && find(text).length === contains.length)
    .filter((message) => distance(message) <= CLOCKS_MS)
    .sort((a, b) => distance(a) - distance(b))
  const candidates = named.length > 0 ? named : unnamed
  if (candidates.length === 0) return 'gone'
  return candidates.find((message) => !countedKeys.has(messageKey(history.sessionId, message))) ?? 'counted'
}

/** Under what a message is counted (`triggers.md`, "The kinds"). */
export function messageKey(sessionId: string, { id }: Pick<HistoryMessage, 'id'>): string {
  return `chat-message:${sessionId}:${id}`
}
