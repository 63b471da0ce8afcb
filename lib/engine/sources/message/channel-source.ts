import type { Round } from '../../../queue/job.ts'
import type { ReadyTrigger } from '../../../triggers/trigger.ts'
import type { Notice } from '../../events/parse-event.ts'
import { chatOf } from './chat-names.ts'
import { type ChatTurn, messageName, noteChannel } from './chat-state.ts'
import { type LookedThrough, textsFor } from './scan-history.ts'

/** An event and the update of its activity come one after the other, in any order: so long the event is waited for, seconds. */
export const EVENT_WAIT_SECONDS = 3

/** An event that has not come after so long does not come, milliseconds. */
const EVENT_LATE_MS = 60_000

/** What an activity's notice means for the text of messages: nothing, a look at the history, or a look if no event comes. */
export type LookWanted = 'no' | 'yes' | 'wait'

/** Notes the channels whose customers' messages come as events: from now on these are their source. */
export function noteEvents(turn: ChatTurn, notices: readonly Notice[]): void {
  for (const { row, subject, at } of notices) {
    if (subject.type !== 'message' || !subject.byCustomer) continue
    const { channelId } = subject
    const heardAt = at ?? subject.at ?? row.created_at
    const known = turn.channels.get(channelId)
    const before = known?.heardAt ?? ''
    noteChannel(turn, { ...known, channelId, source: 'events', heardAt: heardAt > before ? heardAt : before })
  }
}

/** The same event told of it before, and it is done with. */
export function isHeardBefore(turn: ChatTurn, { subject }: Notice): boolean {
  if (subject.type !== 'message') return false
  return turn.heardBefore.has(messageName({ chat: chatOf(subject.userCode), externalId: subject.externalId }))
}

/** The event told of a customer's message: it is not looked for in the history, and one that was nothing stays so when edited. */
export function noteMessage(turn: ChatTurn, { row, subject, at }: Notice): void {
  if (subject.type !== 'message' || !subject.byCustomer) return
  const { userCode, externalId } = subject
  turn.heard.push({ chat: chatOf(userCode), externalId, at: at ?? subject.at ?? row.created_at, workId: row.id })
}

/**
 * Does this notice make us look for messages (`triggers.md`, Open Channels)? Where events come they tell of messages, and an
 * update costs nothing; so it is while we cannot know yet whose activity it is, as long as some channel has events: then the next
 * round of `poll-chats` finds it.
 */
export function lookWanted(
  { clock }: Round,
  turn: ChatTurn,
  { row, subject }: Notice,
  triggers: readonly ReadyTrigger[],
): LookWanted {
  if (subject.type !== 'activity' || !triggers.some(({ kind }) => kind === 'chat-message')) return 'no'
  const known = [...turn.conversations.values()].find(({ now }) => now.activityId === subject.id)?.now
  if (known && textsFor(triggers, known.channelId).length === 0) return 'no'
  const sources = [...turn.channels.values()].map(({ source }) => source)
  const source = known ? turn.channels.get(known.channelId)?.source : sources.includes('events') ? 'events' : sources[0]
  if (source !== undefined) return source === 'history' ? 'yes' : 'no'
  const waited = clock().getTime() - Date.parse(row.created_at)
  return waited >= EVENT_WAIT_SECONDS * 1000 ? 'yes' : 'wait'
}

/**
 * Draws the conclusion from messages that a history had and no event told of: its channel has no events. In a channel that had
 * some, one of them may just be late or lost; none at all since then is needed.
 */
export function noteSilence({ clock }: Round, turn: ChatTurn, looked: readonly LookedThrough[]): void {
  for (const { channelId, news } of looked) {
    const channel = turn.channels.get(channelId)
    const { heardAt = null } = channel ?? {}
    const lateBefore = new Date(clock().getTime() - EVENT_LATE_MS).toISOString()
    const isUntold = news.some(({ at }) => heardAt === null || (at > heardAt && at < lateBefore))
    if (isUntold && channel?.source !== 'history')
      noteChannel(turn, { ...channel, channelId, source: 'history', heardAt })
  }
}

/** A history was read, or refused: the form of the channel's triggers tells. What comes of a channel that is unknown is events. */
export function noteHistory(turn: ChatTurn, channelId: string, history: 'readable' | 'denied'): void {
  const known = turn.channels.get(channelId)
  if (channelId === '' || known?.history === history || (known === undefined && history === 'readable')) return
  noteChannel(turn, { channelId, source: 'events', heardAt: null, ...known, history })
}

/** The channel has no events of messages, as far as we know. */
export function isSilent(turn: ChatTurn, channelId: string): boolean {
  return turn.channels.get(channelId)?.source !== 'events'
}
