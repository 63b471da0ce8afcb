import type { PortalClient } from '../bitrix24/client/portal-clients.ts'
import { mayGuess } from '../domain/probe.ts'
import { workOff } from '../engine/apply.ts'
import { recognise } from '../engine/match/recognise.ts'
import { passing } from '../engine/snapshot/failures.ts'
import { read } from '../engine/snapshot/fetch.ts'
import { emptyReading, type Reading } from '../engine/snapshot/snapshot.ts'
import { isSilent, noteSilence } from '../engine/sources/message/channel-source.ts'
import { beginChatTurn, type ChatTurn, keepChatTurn } from '../engine/sources/message/chat-state.ts'
import {
  type Look,
  lookThrough,
  messageFacts,
  messagesSince,
  textsFor,
} from '../engine/sources/message/scan-history.ts'
import type { Job, Round } from '../queue/job.ts'
import { deferRows, type Fate, type Fates, settleRows, waitOut } from '../queue/job-outcomes.ts'
import type { WorkRow } from '../store/jobs.ts'
import { listEnabledTriggers } from '../store/triggers.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import { endIfRefused } from './access/end-if-refused.ts'
import { type ChatCursor, findChatCursor, listUpdatedChats, storeChatCursor } from './sweep/updated-chats.ts'

export const POLL_CHATS = 'poll-chats'

/** The rarer rounds, which look through all conversations. */
const SWEEP_CHATS = 'sweep-chats'

/** A round: from where on conversations are listed, and whether it looks through all of them. */
type ChatRound = { from: ChatCursor; isSweep: boolean }

/**
 * Job `poll-chats`: what customers wrote in channels that have no events of messages, read from the histories of conversations that
 * were updated since the last look (`triggers.md`, Open Channels). Every `sweepSeconds` it looks through those of the other
 * channels too: an event may be lost, or come no more.
 */
export function pollChats(sweepSeconds: number): Job {
  return async (round, rows) => {
    const triggers = (await listEnabledTriggers(round.db, round.portal.memberId)).filter(isOfMessages)
    const chatRound = triggers.length > 0 ? await chatRoundOf(round, triggers, sweepSeconds) : null
    for (const row of rows) {
      if (chatRound) await endIfRefused(round, row, () => pollRow(round, row, chatRound, triggers))
      else await round.commit((tx) => settleRows(tx, fatesOf(row, DONE), round.clock()))
    }
  }
}

const DONE: Fate = { state: 'done', reason: 'polled' }

async function pollRow(
  round: Round,
  row: WorkRow,
  { from, isSweep }: ChatRound,
  triggers: ReadyTrigger[],
): Promise<void> {
  const { memberId } = round.portal
  const now = round.clock()
  const client = await round.clients.asReader(memberId, 'work')
  const { activities, next, isFull } = await listUpdatedChats(client, from, now)
  const sessions = activities.map(({ associatedEntityId }) => associatedEntityId)
  const turn = await beginChatTurn(round, { sessions })
  const found: Reading = { ...emptyReading(), activities: new Map(activities.map((one) => [one.id, one])) }
  for (const { id, associatedEntityId } of activities) found.sessions.set(associatedEntityId, id)
  const looks = activities.map((activity): Look => {
    const { associatedEntityId: sessionId, providerTypeId: channelId } = activity
    return { sessionId, channelId, source: isSweep ? 'sweep' : 'poll', workId: row.id, heardAt: now.toISOString() }
  })
  const wanted = isSweep ? looks : looks.filter((look) => isPolled(turn, look, triggers))
  const through = await lookThrough(round, client, found, turn, { looks: wanted, triggers })
  noteSilence(round, turn, through)
  const heard = through.flatMap((one) => messageFacts(round, found, one, triggers))
  const { cases } = await recognise(round, heard, triggers)
  const reading = await readFor(round, client, cases.length > 0 ? triggers : [], cases)
  await workOff(round, client, reading, cases, async (tx, deferred) => {
    const fates = fatesOf(row, isFull ? { state: 'later', at: now, reason: 'more-to-ask' } : DONE)
    deferRows(fates, deferred)
    // Histories that could not be had now are asked for again, with all that was listed since.
    const trouble = passing(found.failures, [...found.failures.keys()])
    if (trouble !== null) fates.set(row.id, { state: 'later', ...waitOut(now, row.attempts, trouble) })
    await settleRows(tx, fates, now)
    await keepChatTurn(tx, memberId, turn, now, deferred.keys())
    if (deferred.size > 0 || trouble !== null) return
    await storeChatCursor(tx, memberId, POLL_CHATS, next)
    if (isSweep) await storeChatCursor(tx, memberId, SWEEP_CHATS, next)
  })
}

function isOfMessages({ kind }: ReadyTrigger): boolean {
  return kind === 'chat-message'
}

/** The first round looks through all conversations since the triggers were ready. */
async function chatRoundOf(round: Round, triggers: ReadyTrigger[], sweepSeconds: number): Promise<ChatRound> {
  const { memberId } = round.portal
  const sweep = await findChatCursor(round.db, memberId, SWEEP_CHATS)
  const poll = await findChatCursor(round.db, memberId, POLL_CHATS)
  const ready = new Date(messagesSince(triggers)).toISOString()
  const begin = { since: ready, again: true, skip: 0, last: 0, page: 0, at: ready }
  const isDue = sweep === null || round.clock().getTime() - Date.parse(sweep.at) >= sweepSeconds * 1000
  const from = (isDue ? sweep : poll) ?? begin
  // While no trigger of the kind was enabled nobody listed; what was written then is of no use.
  return { from: from.since < ready ? begin : from, isSweep: isDue }
}

/** Its channel has no events, and some trigger listens to it. */
function isPolled(turn: ChatTurn, look: Look, triggers: readonly ReadyTrigger[]): boolean {
  const channelId = turn.conversations.get(look.sessionId)?.now.channelId ?? look.channelId
  return isSilent(turn, channelId) && textsFor(triggers, channelId).length > 0
}

/** What deciding needs: where the conversations are bound to, and the stages. */
function readFor(
  round: Round,
  client: PortalClient,
  triggers: ReadyTrigger[],
  cases: Awaited<ReturnType<typeof recognise>>['cases'],
): Promise<Reading> {
  return read(client, {
    activities: [],
    bindings: [...new Set(cases.flatMap(({ occurrence }) => occurrence.origin.activityId ?? []))],
    calls: [],
    entityTypeIds: [...new Set(triggers.map(({ entityTypeId }) => entityTypeId))],
    pipelines: triggers,
    guess: mayGuess(round.portal.probe),
  })
}

function fatesOf(row: WorkRow, fate: Fate): Fates {
  return new Map([[row.id, fate]])
}
