import { chatOf } from '../../../domain/chat-names.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import type { JobContext } from '../../context.ts'
import type { InboundEvent } from '../../events/inbound-event.ts'
import { type ChatState, messageName, recordChannel } from './chat-state.ts'
import { type ScannedHistory, textsFor } from './history-scan.ts'

/** An event and the update of its activity come one after the other, in any order: so long the event is waited for, seconds. */
export const EVENT_WAIT_SECONDS = 3

/** An event that has not come after so long does not come, milliseconds. */
const EVENT_LATE_MS = 60_000

/** What an activity's event means for the text of messages: nothing, a look at the history, or a look if no event comes. */
export type ScanNeed = 'no' | 'yes' | 'wait'

/** Notes the channels whose customers' messages come as events: from now on these are their source. */
export function recordEvents(chatState: ChatState, events: readonly InboundEvent[]): void {
  for (const { row, subject, at } of events) {
    if (subject.type !== 'message' || !subject.byCustomer) continue
    const { channelId } = subject
    const heardAt = at ?? subject.at ?? row.created_at
    const known = chatState.channels.get(channelId)
    const before = known?.heardAt ?? ''
    recordChannel(chatState, { ...known, channelId, source: 'events', heardAt: heardAt > before ? heardAt : before })
  }
}

/** The same event told of it before, and it is done with. */
export function isAlreadySeen(chatState: ChatState, { subject }: InboundEvent): boolean {
  if (subject.type !== 'message') return false
  return chatState.seenBefore.has(messageName({ chat: chatOf(subject.userCode), externalId: subject.externalId }))
}

/** The event told of a customer's message: it is not looked for in the history, and one that was nothing stays so when edited. */
export function recordMessage(chatState: ChatState, { row, subject, at }: InboundEvent): void {
  if (subject.type !== 'message' || !subject.byCustomer) return
  const { userCode, externalId } = subject
  chatState.seen.push({ chat: chatOf(userCode), externalId, at: at ?? subject.at ?? row.created_at, jobId: row.id })
}

/**
 * Does this event make us look for messages (`triggers.md`, Open Channels)? Where events come they tell of messages, and an
 * update costs nothing; so it is while we cannot know yet whose activity it is, as long as some channel has events: then the next
 * round of `poll-chats` finds it.
 */
export function scanNeed(
  { clock }: JobContext,
  chatState: ChatState,
  { row, subject }: InboundEvent,
  triggers: readonly ReadyTrigger[],
): ScanNeed {
  if (subject.type !== 'activity' || !triggers.some(({ kind }) => kind === 'chat-message')) return 'no'
  const known = [...chatState.conversations.values()].find(({ now }) => now.activityId === subject.id)?.now
  if (known && textsFor(triggers, known.channelId).length === 0) return 'no'
  const sources = [...chatState.channels.values()].map(({ source }) => source)
  const source = known
    ? chatState.channels.get(known.channelId)?.source
    : sources.includes('events')
      ? 'events'
      : sources[0]
  if (source !== undefined) return source === 'history' ? 'yes' : 'no'
  const waited = clock().getTime() - Date.parse(row.created_at)
  return waited >= EVENT_WAIT_SECONDS * 1000 ? 'yes' : 'wait'
}

/**
 * Draws the conclusion from messages that a history had and no event told of: its channel has no events. In a channel that had
 * some, one of them may just be late or lost; none at all since then is needed.
 */
export function inferNoEvents({ clock }: JobContext, chatState: ChatState, scanned: readonly ScannedHistory[]): void {
  for (const { channelId, news } of scanned) {
    const channel = chatState.channels.get(channelId)
    const { heardAt = null } = channel ?? {}
    const lateBefore = new Date(clock().getTime() - EVENT_LATE_MS).toISOString()
    const isUnreported = news.some(({ at }) => heardAt === null || (at > heardAt && at < lateBefore))
    if (isUnreported && channel?.source !== 'history')
      recordChannel(chatState, { ...channel, channelId, source: 'history', heardAt })
  }
}

/** A history of the channel was read: the form of its triggers tells. What comes of a channel that is unknown is events. */
export function recordReadable(chatState: ChatState, channelId: string): void {
  const known = chatState.channels.get(channelId)
  if (known === undefined || (known.history === 'readable' && known.deniedSession === undefined)) return
  const { deniedSession: _, ...channel } = known
  recordChannel(chatState, { ...channel, history: 'readable' })
}

/**
 * A history was refused. Of a channel whose others could be read that proves nothing yet: a conversation that was deleted is refused with the
 * same code, and rights may differ between conversations. The second one in a row does.
 */
export function recordDenied(chatState: ChatState, channelId: string, sessionId: string): void {
  const known = chatState.channels.get(channelId)
  if (channelId === '' || known?.history === 'denied') return
  const { deniedSession = sessionId, ...channel } = known ?? { channelId, source: 'events' as const, heardAt: null }
  const isAlone = known?.history === 'readable' && deniedSession === sessionId
  recordChannel(chatState, isAlone ? { ...channel, deniedSession } : { ...channel, history: 'denied' })
}

/** The channel has no events of messages, as far as we know. */
export function hasNoEvents(chatState: ChatState, channelId: string): boolean {
  return chatState.channels.get(channelId)?.source !== 'events'
}
