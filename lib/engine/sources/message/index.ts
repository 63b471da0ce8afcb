import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { Round } from '../../../queue/job.ts'
import { kinds } from '../../../triggers/index.ts'
import type { ReadyTrigger } from '../../../triggers/trigger.ts'
import type { Notice } from '../../events/parse-event.ts'
import type { HeardFacts } from '../../match/recognise.ts'
import type { Reading } from '../../snapshot/snapshot.ts'
import { EVENT_WAIT_SECONDS, lookWanted, noteEvents, noteSilence } from './channel-source.ts'
import { beginChatTurn, type ChatTurn, emptyChatTurn } from './chat-state.ts'
import { seeConversations } from './conversations.ts'
import { hearMessages } from './match-messages.ts'
import { type Look, lookThrough, messageFacts } from './scan-history.ts'

/** Why a row waits: whether the channel has events shows in a moment. */
export const WAITS_FOR_EVENT = 'waits-for-event'

/** What notices told of conversations. */
export type HeardChats = {
  /** Messages that were found in histories. */
  looked: HeardFacts[]
  /** Rows that have to be done again: whether the channel has events is not known yet. */
  waiting: Map<number, Date>
}

/** Begins a turn of notices with what is known of the conversations that they may be about. */
export async function beginChats(
  round: Round,
  notices: readonly Notice[],
  triggers: readonly ReadyTrigger[],
): Promise<ChatTurn> {
  if (!triggers.some(({ kind }) => kinds[kind].group === 'channels')) return emptyChatTurn()
  const activities = notices.flatMap(({ subject }) => (subject.type === 'activity' ? [subject.id] : []))
  const userCodes = notices.flatMap(({ subject }) => (subject.type === 'message' ? [subject.userCode] : []))
  const turn = await beginChatTurn(round, { activities, userCodes })
  noteEvents(turn, notices)
  return turn
}

/** The session whose history is to be read, of an activity that is known. */
export function knownSession(turn: ChatTurn, { subject }: Notice): string | null {
  if (subject.type !== 'activity') return null
  const known = [...turn.conversations.values()].find(({ now }) => now.activityId === subject.id)
  return known?.now.sessionId ?? null
}

/** Finds out what the notices tell of conversations and messages; reads what is still missing for it. */
export async function hearChats(
  round: Round,
  client: PortalClient,
  reading: Reading,
  turn: ChatTurn,
  { notices, triggers }: { notices: readonly Notice[]; triggers: readonly ReadyTrigger[] },
): Promise<HeardChats> {
  if (!triggers.some(({ kind }) => kinds[kind].group === 'channels')) {
    return { looked: [], waiting: new Map() }
  }
  const activities = notices.flatMap(({ subject }) => (subject.type === 'activity' ? [subject.id] : []))
  await seeConversations(round, client, reading, turn, { activities: [...new Set(activities)], triggers })
  await hearMessages(round, client, reading, turn, notices)
  const wanted = notices.map((notice) => ({ notice, look: lookOf(round, turn, notice, triggers) }))
  const looks = new Map(wanted.flatMap(({ look }) => (look && look !== 'wait' ? [[look.sessionId, look]] : [])))
  const through = await lookThrough(round, client, reading, turn, { looks: [...looks.values()], triggers })
  noteSilence(round, turn, through)
  const waiting = wanted.flatMap(({ notice: { row }, look }) =>
    look === 'wait' ? [[row.id, eventAwaitedUntil(row)] as const] : [],
  )
  const looked = through.flatMap((one) => messageFacts(round, reading, one, triggers))
  return { looked, waiting: new Map(waiting) }
}

/** An event of the same message would have come by then. */
export function eventAwaitedUntil({ created_at }: Notice['row']): Date {
  return new Date(Date.parse(created_at) + EVENT_WAIT_SECONDS * 1000)
}

/** The conversation of a notice, if its history is to be looked through. */
function lookOf(round: Round, turn: ChatTurn, notice: Notice, triggers: readonly ReadyTrigger[]): Look | 'wait' | null {
  const sessionId = knownSession(turn, notice)
  const wanted = sessionId === null ? 'no' : lookWanted(round, turn, notice, triggers)
  if (wanted !== 'yes' || sessionId === null) return wanted === 'wait' ? 'wait' : null
  const { id: workId, created_at: heardAt } = notice.row
  const channelId = turn.conversations.get(sessionId)?.now.channelId ?? ''
  return { sessionId, channelId, source: notice.source, workId, heardAt }
}
