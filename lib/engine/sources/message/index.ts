import type { PortalClient } from '../../../bitrix24/client/portal-clients.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { kinds } from '../../../triggers/index.ts'
import type { JobContext } from '../../context.ts'
import type { InboundEvent } from '../../events/inbound-event.ts'
import type { SourcedFacts } from '../../match/recognise.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'
import { EVENT_WAIT_SECONDS, inferNoEvents, recordEvents, scanNeed } from './channel-source.ts'
import { type ChatState, loadChatState } from './chat-state.ts'
import { syncConversations } from './conversations.ts'
import type { HistoryScan } from './history-scan.ts'
import { matchMessageEvents } from './match-messages.ts'
import { allMessageFacts, scanHistories } from './scan-history.ts'

/** What events told of conversations. */
export type ChatFacts = {
  /** Messages that were found in histories. */
  scanned: SourcedFacts[]
  /** Rows that have to be done again: whether the channel has events is not known yet. */
  waiting: Map<number, Date>
}

/** Does some trigger wait for what happens in conversations? */
export function concernsChats(triggers: readonly ReadyTrigger[]): boolean {
  return triggers.some(({ kind }) => kinds[kind].group === 'channels')
}

/** Begins a turn of events with what is known of the conversations that they may be about. */
export async function loadChats(context: JobContext, events: readonly InboundEvent[]): Promise<ChatState> {
  const activities = events.flatMap(({ subject }) => (subject.type === 'activity' ? [subject.id] : []))
  const userCodes = events.flatMap(({ subject }) => (subject.type === 'message' ? [subject.userCode] : []))
  const chatState = await loadChatState(context, { activities, userCodes })
  recordEvents(chatState, events)
  return chatState
}

/** The session whose history is to be read, of an activity that is known. */
export function knownSession(chatState: ChatState, { subject }: InboundEvent): string | null {
  if (subject.type !== 'activity') return null
  const known = [...chatState.conversations.values()].find(({ now }) => now.activityId === subject.id)
  return known?.now.sessionId ?? null
}

/** Finds out what the events tell of conversations and messages; reads what is still missing for it. */
export async function collectChatFacts(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  chatState: ChatState,
  { events, triggers }: { events: readonly InboundEvent[]; triggers: readonly ReadyTrigger[] },
): Promise<ChatFacts> {
  const activities = events.flatMap(({ subject }) => (subject.type === 'activity' ? [subject.id] : []))
  await syncConversations(context, client, snapshot, chatState, { activities: [...new Set(activities)], triggers })
  await matchMessageEvents(context, client, snapshot, chatState, events)
  const wanted = events.map((event) => ({ event, scan: scanOf(context, chatState, event, triggers) }))
  const scans = new Map(wanted.flatMap(({ scan }) => (scan && scan !== 'wait' ? [[scan.sessionId, scan]] : [])))
  const through = await scanHistories(context, client, snapshot, chatState, { scans: [...scans.values()], triggers })
  inferNoEvents(context, chatState, through)
  const waiting = wanted.flatMap(({ event: { row }, scan }) =>
    scan === 'wait' ? [[row.id, messageEventDueBy(row)] as const] : [],
  )
  const scanned = await allMessageFacts(context, snapshot, through, triggers)
  return { scanned, waiting: new Map(waiting) }
}

/** An event of the same message would have come by then. */
export function messageEventDueBy({ created_at }: InboundEvent['row']): Date {
  return new Date(Date.parse(created_at) + EVENT_WAIT_SECONDS * 1000)
}

/** The conversation of an event, if its history is to be looked through. */
function scanOf(
  context: JobContext,
  chatState: ChatState,
  event: InboundEvent,
  triggers: readonly ReadyTrigger[],
): HistoryScan | 'wait' | null {
  const sessionId = knownSession(chatState, event)
  const wanted = sessionId === null ? 'no' : scanNeed(context, chatState, event, triggers)
  if (wanted !== 'yes' || sessionId === null) return wanted === 'wait' ? 'wait' : null
  const { id: jobId, created_at: heardAt } = event.row
  const channelId = chatState.conversations.get(sessionId)?.now.channelId ?? ''
  return { sessionId, channelId, source: event.source, jobId, heardAt }
}
