import type { PortalClient } from '../bitrix24/client/portal-clients.ts'
import { mayGuess } from '../domain/probe.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import { applyDecisions } from '../engine/apply.ts'
import type { JobContext, JobHandler } from '../engine/context.ts'
import { recognise } from '../engine/match/recognise.ts'
import { passing } from '../engine/snapshot/failures.ts'
import { fetchSnapshot } from '../engine/snapshot/fetch.ts'
import { emptySnapshot, type PortalSnapshot } from '../engine/snapshot/snapshot.ts'
import { hasNoEvents, inferNoEvents } from '../engine/sources/message/channel-source.ts'
import { type ChatState, loadChatState, saveChatState } from '../engine/sources/message/chat-state.ts'
import { type HistoryScan, textsFor } from '../engine/sources/message/history-scan.ts'
import { allMessageFacts, messagesSince, scanHistories } from '../engine/sources/message/scan-history.ts'
import {
  applyOutcomes,
  type JobOutcome,
  type JobOutcomes,
  snoozeDeferred,
  snoozeOnError,
} from '../queue/job-outcomes.ts'
import type { JobRow } from '../store/jobs.ts'
import { listEnabledOfKinds } from '../store/triggers.ts'
import { endIfRefused } from './access/end-if-refused.ts'
import { type ChatCursor, findChatCursor, listUpdatedChats, storeChatCursor } from './sweep/updated-chats.ts'

export const POLL_CHATS = 'poll-chats' as const

/** The rarer rounds, which look through all conversations. */
const SWEEP_CHATS = 'sweep-chats'

/** A round: from where on conversations are listed, and whether it looks through all of them. */
type ChatRound = { from: ChatCursor; isSweep: boolean }

/**
 * Job `poll-chats`: what customers wrote in channels that have no events of messages, read from the histories of conversations that
 * were updated since the last look (`triggers.md`, Open Channels). Every `sweepSeconds` it looks through those of the other
 * channels too: an event may be lost, or come no more.
 */
export function pollChats(sweepSeconds: number): JobHandler {
  return async (context, rows) => {
    const triggers = await listEnabledOfKinds(context.db, context.portal.memberId, ['chat-message'])
    const chatRound = triggers.length > 0 ? await chatRoundOf(context, triggers, sweepSeconds) : null
    for (const row of rows) {
      if (chatRound) await endIfRefused(context, row, () => pollRow(context, row, chatRound, triggers))
      else
        await context.commit((tx) => applyOutcomes(tx, context.portal.memberId, outcomesOf(row, DONE), context.clock()))
    }
  }
}

const DONE: JobOutcome = { state: 'done', reason: 'polled' }

async function pollRow(
  context: JobContext,
  row: JobRow,
  { from, isSweep }: ChatRound,
  triggers: ReadyTrigger[],
): Promise<void> {
  const { memberId } = context.portal
  const now = context.clock()
  const client = await context.clients.asReader(memberId, 'work')
  const { activities, next, isFull } = await listUpdatedChats(client, from, now)
  const sessions = activities.map(({ associatedEntityId }) => associatedEntityId)
  const chatState = await loadChatState(context, { sessions })
  const found: PortalSnapshot = { ...emptySnapshot(), activities: new Map(activities.map((one) => [one.id, one])) }
  for (const { id, associatedEntityId } of activities) found.sessions.set(associatedEntityId, id)
  const scans = activities.map((activity): HistoryScan => {
    const { associatedEntityId: sessionId, providerTypeId: channelId } = activity
    return { sessionId, channelId, source: isSweep ? 'sweep' : 'poll', jobId: row.id, heardAt: now.toISOString() }
  })
  const wanted = isSweep ? scans : scans.filter((scan) => isPolled(chatState, scan, triggers))
  const through = await scanHistories(context, client, found, chatState, { scans: wanted, triggers })
  inferNoEvents(context, chatState, through)
  const facts = await allMessageFacts(context, found, through, triggers)
  const { evaluations } = await recognise(context, facts, triggers)
  const snapshot = await readFor(context, client, evaluations.length > 0 ? triggers : [], evaluations)
  await applyDecisions(context, client, snapshot, evaluations, async (tx, deferred) => {
    const outcomes = outcomesOf(row, isFull ? { state: 'later', at: now, reason: 'more-to-ask' } : DONE)
    snoozeDeferred(outcomes, deferred)
    // Histories that could not be had now are asked for again, with all that was listed since.
    const trouble = passing(found.failures, [...found.failures.keys()])
    if (trouble !== null) outcomes.set(row.id, { state: 'later', ...snoozeOnError(now, row.attempts, trouble) })
    await applyOutcomes(tx, context.portal.memberId, outcomes, now)
    await saveChatState(tx, memberId, chatState, now, deferred.keys())
    if (deferred.size > 0 || trouble !== null) return
    await storeChatCursor(tx, memberId, POLL_CHATS, next)
    if (isSweep) await storeChatCursor(tx, memberId, SWEEP_CHATS, next)
  })
}

/** The first round looks through all conversations since the triggers were ready. */
async function chatRoundOf(context: JobContext, triggers: ReadyTrigger[], sweepSeconds: number): Promise<ChatRound> {
  const { memberId } = context.portal
  const sweep = await findChatCursor(context.db, memberId, SWEEP_CHATS)
  const poll = await findChatCursor(context.db, memberId, POLL_CHATS)
  const ready = new Date(messagesSince(triggers)).toISOString()
  const begin = { since: ready, again: true, skip: 0, last: 0, page: 0, at: ready }
  const isDue = sweep === null || context.clock().getTime() - Date.parse(sweep.at) >= sweepSeconds * 1000
  const from = (isDue ? sweep : poll) ?? begin
  // While no trigger of the kind was enabled nobody listed; what was written then is of no use.
  return { from: from.since < ready ? begin : from, isSweep: isDue }
}

/** Its channel has no events, and some trigger listens to it. */
function isPolled(chatState: ChatState, scan: HistoryScan, triggers: readonly ReadyTrigger[]): boolean {
  const channelId = chatState.conversations.get(scan.sessionId)?.now.channelId ?? scan.channelId
  return hasNoEvents(chatState, channelId) && textsFor(triggers, channelId).length > 0
}

/** What deciding needs: where the conversations are bound to, and the stages. */
function readFor(
  context: JobContext,
  client: PortalClient,
  triggers: ReadyTrigger[],
  evaluations: Awaited<ReturnType<typeof recognise>>['evaluations'],
): Promise<PortalSnapshot> {
  return fetchSnapshot(client, {
    activities: [],
    bindings: [...new Set(evaluations.flatMap(({ occurrence }) => occurrence.origin.activityId ?? []))],
    calls: [],
    entityTypeIds: [...new Set(triggers.map(({ entityTypeId }) => entityTypeId))],
    pipelines: triggers,
    guess: mayGuess(context.portal.probe),
  })
}

function outcomesOf(row: JobRow, outcome: JobOutcome): JobOutcomes {
  return new Map([[row.id, outcome]])
}
