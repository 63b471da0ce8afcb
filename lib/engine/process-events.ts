import { refKey } from '../domain/entity-types.ts'
import type { KindCode } from '../domain/kind-code.ts'
import { mayGuess } from '../domain/probe.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import { applyOutcomes, type JobOutcomes, snoozeDeferred } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { upsertForms } from '../store/forms.ts'
import { completeByKey, type JobRow } from '../store/jobs.ts'
import { listEnabledTriggers } from '../store/triggers.ts'
import { applyDecisions } from './apply.ts'
import type { JobContext } from './context.ts'
import type { InboundEvent } from './events/inbound-event.ts'
import { parseEvent } from './events/parse-event.ts'
import { readyKinds, unreadOutcome } from './events/unread.ts'
import { markByFields, markByStages, markRefused } from './mark-broken-triggers.ts'
import { candidateKinds } from './match/match.ts'
import { recognise, type SourcedFacts } from './match/recognise.ts'
import { fetchMissing, fetchSnapshot } from './snapshot/fetch.ts'
import type { FetchPlan } from './snapshot/fetch-plan.ts'
import type { PortalSnapshot } from './snapshot/snapshot.ts'
import { classifyForms } from './sources/activity/forms.ts'
import { readBodies } from './sources/activity/mail-bodies.ts'
import { trackSentMail } from './sources/activity/track-sent-mail.ts'
import { askCallAt, CALL_RECHECK } from './sources/call/recheck-call.ts'
import { refusedCalls } from './sources/call/refused-calls.ts'
import { joinRingGroups } from './sources/call/ring-groups.ts'
import { planFor, toFacts } from './sources/index.ts'
import { compareFields, type FieldChanges, saveBaselines } from './sources/item/field-changes.ts'
import { invoicePipelines } from './sources/item/item-facts.ts'
import { addShownValues } from './sources/item/shown-values.ts'
import { isAlreadySeen, recordMessage, scanNeed } from './sources/message/channel-source.ts'
import { type ChatState, saveChatState } from './sources/message/chat-state.ts'
import {
  AWAITING_MESSAGE_EVENT,
  collectChatFacts,
  knownSession,
  loadChats,
  messageEventDueBy,
} from './sources/message/index.ts'

/** An event that some enabled trigger could be served by, and by which kinds. */
type Served = { event: InboundEvent; kinds: KindCode[] }

/** Why a row waits for what is not written yet; another event of the same activity may bring it first. */
const WAITS_FOR_MORE = 'waits-for-more' as const

/** Job `notice`: recognises what happened in events and works it off, all of them in packed requests. */
export async function processEvents(context: JobContext, rows: JobRow[]): Promise<void> {
  const triggers = await listEnabledTriggers(context.db, context.portal.memberId)
  const outcomes: JobOutcomes = new Map()
  const events = rows.flatMap((row) => parse(row, outcomes))
  const chatState = await loadChats(context, events, triggers)
  const served = events.flatMap((event) => serve(context, event, triggers, chatState, outcomes))
  const { memberId } = context.portal
  if (served.length === 0) {
    return context.commit(async (tx) => {
      await applyOutcomes(tx, context.portal.memberId, outcomes, context.clock())
      await saveChatState(tx, memberId, chatState, context.clock())
    })
  }

  const client = await context.clients.asReader(memberId, 'work')
  const snapshot = await fetchSnapshot(client, fetchPlanOf(context, served, triggers, chatState))
  await joinRingGroups(context, client, snapshot)
  const callActivities = [...snapshot.calls.values()].flatMap((call) => call?.activityId ?? [])
  await fetchMissing(client, snapshot, { items: [], pipelines: invoicePipelines(snapshot), bindings: callActivities })
  await readBodies(context, client, snapshot, triggers)
  const forms = await classifyForms(context, snapshot, triggers)
  const changes = await compareFields(context, snapshot, triggers)
  await addShownValues(context, client, snapshot, changes, triggers)
  const chats = await collectChatFacts(context, client, snapshot, chatState, {
    events: served.map(({ event }) => event),
    triggers,
  })

  const facts = [...served.flatMap((one) => factsOfEvent(context, one, snapshot, changes, outcomes)), ...chats.scanned]
  const refused = refusedCalls(served, snapshot, triggers)
  const { evaluations, counted, retries } = await recognise(context, facts, triggers, refused)
  for (const jobId of counted) outcomes.set(jobId, { state: 'done', reason: 'counted' })
  for (const [id, at] of chats.waiting) outcomes.set(id, { state: 'later', at, reason: AWAITING_MESSAGE_EVENT })
  for (const {
    event: { row },
  } of served) {
    const seconds = retries.get(row.id)
    if (seconds === undefined) continue
    const at = secondsAfter(row.created_at, seconds)
    outcomes.set(row.id, { state: 'later', at, reason: WAITS_FOR_MORE, waitsFor: WAITS_FOR_MORE })
  }
  const unread = unreadOf(context, served, snapshot)
  for (const [id, outcome] of unread) outcomes.set(id, outcome)
  await applyDecisions(context, client, snapshot, evaluations, async (tx, deferred) => {
    snoozeDeferred(outcomes, deferred)
    await applyOutcomes(tx, context.portal.memberId, outcomes, context.clock())
    await markByStages(tx, memberId, snapshot, triggers, context.clock())
    await markByFields(tx, memberId, [...snapshot.watched.values()], triggers, context.clock())
    await markUnread(tx, context, served, triggers, unread)
    await trackSentMail(tx, context, snapshot, triggers)
    const left = new Set([...unread.keys(), ...[...deferred.keys()].map(({ jobId }) => jobId)])
    await saveBaselines(tx, memberId, changes, itemsOf(served, left))
    await saveChatState(tx, memberId, chatState, context.clock(), deferred.keys())
    await upsertForms(tx, memberId, forms)
    await finishWaiting(
      tx,
      context,
      served.filter(({ event: { row } }) => counted.has(row.id)),
    )
  })
}

function parse(row: JobRow, outcomes: JobOutcomes): InboundEvent[] {
  const event = parseEvent(row)
  if (typeof event !== 'string') return [event]
  outcomes.set(row.id, event === 'malformed' ? { state: 'parked', reason: event } : { state: 'done', reason: event })
  return []
}

/** Activities may also tell that the customer wrote, in channels that have no events of messages. */
function serve(
  context: JobContext,
  event: InboundEvent,
  triggers: readonly ReadyTrigger[],
  chatState: ChatState,
  outcomes: JobOutcomes,
): Served[] {
  const { row } = event
  if (isAlreadySeen(chatState, event)) {
    outcomes.set(row.id, { state: 'done', reason: 'counted' })
    return []
  }
  const scan = scanNeed(context, chatState, event, triggers)
  const kinds = candidateKinds(event.payload, triggers).filter((kind) => suits(event, kind))
  if (scan === 'yes') return [{ event, kinds: [...kinds, 'chat-message'] }]
  const askAt = kinds.length > 0 ? askCallAt(event, context.timing, context.clock()) : null
  if (askAt !== null) {
    outcomes.set(row.id, { state: 'later', at: askAt, reason: CALL_RECHECK })
    return []
  }
  if (kinds.length > 0) return [{ event, kinds }]
  recordMessage(chatState, event)
  const wait = { state: 'later', at: messageEventDueBy(row), reason: AWAITING_MESSAGE_EVENT } as const
  outcomes.set(row.id, scan === 'wait' ? wait : { state: 'done', reason: 'no-trigger' })
  return []
}

/** One request's worth: each subject once, the item types and pipelines of the triggers that could fire. */
function fetchPlanOf(context: JobContext, served: Served[], triggers: ReadyTrigger[], chatState: ChatState): FetchPlan {
  const could = triggers.filter((trigger) => served.some((one) => one.kinds.includes(trigger.kind)))
  return {
    bindings: [],
    ...planFor(
      served.map(({ event }) => event.subject),
      triggers,
    ),
    recipients: could.some(({ kind }) => kind === 'email-outgoing'),
    entityTypeIds: [...new Set(could.map(({ entityTypeId }) => entityTypeId))],
    pipelines: could,
    histories: [...new Set(served.flatMap((one) => historyOf(one, chatState)))],
    forms: could.some(({ kind }) => kind === 'form-submitted'),
    guess: mayGuess(context.portal.probe),
  }
}

/** The history of a conversation is read along where its messages come from there. */
function historyOf({ event, kinds }: Served, chatState: ChatState): string[] {
  return kinds.includes('chat-message') ? [knownSession(chatState, event)].flatMap((session) => session ?? []) : []
}

function factsOfEvent(
  context: JobContext,
  { event, kinds }: Served,
  snapshot: PortalSnapshot,
  changes: ReadonlyMap<string, FieldChanges>,
  outcomes: JobOutcomes,
): SourcedFacts[] {
  const { row, source } = event
  const ready = readyKinds(event, kinds, snapshot)
  if (ready.length === 0) return []
  const facts = toFacts(event, { snapshot, changes, timing: context.timing, now: context.clock() })
  if (facts.state === 'found') {
    outcomes.set(row.id, { state: 'done', reason: 'not-of-a-kind' })
    return [{ facts: facts.facts, origin: facts.origin, source, kinds: ready, jobId: row.id }]
  }
  outcomes.set(row.id, facts.state === 'gone' ? { state: 'done', reason: facts.reason } : facts)
  return []
}

/** Rows of events that could not be read, or not wholly. */
function unreadOf(context: JobContext, served: readonly Served[], snapshot: PortalSnapshot): JobOutcomes {
  const random = Math.random()
  return new Map(
    served.flatMap(({ event }) => {
      const outcome = unreadOutcome(event, snapshot, context.clock(), random)
      return outcome === null ? [] : [[event.row.id, outcome] as const]
    }),
  )
}

/** What is parked because the portal refuses it makes the triggers that it could serve need attention. */
async function markUnread(
  tx: Db,
  context: JobContext,
  served: readonly Served[],
  triggers: readonly ReadyTrigger[],
  unread: JobOutcomes,
): Promise<void> {
  for (const { event, kinds } of served) {
    const outcome = unread.get(event.row.id)
    if (outcome?.state !== 'parked') continue
    const could = triggers.filter(({ kind }) => kinds.includes(kind))
    await markRefused(tx, context.portal.memberId, could, outcome.reason, context.clock())
  }
}

/** What a stage history tells serves one kind only. */
function suits({ entered }: InboundEvent, kind: KindCode): boolean {
  return entered === null || kind === (entered.as === 'payment' ? 'payment-received' : 'field-changed')
}

/**
 * Items that are compared again: their events are left due, or all that came of them tells of another moment, so that nothing was made
 * of what was compared.
 */
function itemsOf(served: readonly Served[], left: ReadonlySet<number>): Set<string> {
  const ofItems = served.flatMap(({ event: { row, subject, entered } }) =>
    subject.type === 'item' ? [{ key: refKey(subject), isCompared: entered === null, isLeft: left.has(row.id) }] : [],
  )
  const compared = new Set(ofItems.flatMap(({ key, isCompared }) => (isCompared ? [key] : [])))
  return new Set(ofItems.flatMap(({ key, isLeft }) => (isLeft || !compared.has(key) ? [key] : [])))
}

/** An e-mail that waited for its SETTINGS has come with a later event: the earlier one need not ask again. */
async function finishWaiting(tx: Db, context: JobContext, counted: Served[]): Promise<void> {
  const dedupKeys = counted.flatMap(({ event: { subject, row } }) => {
    const earlier = subject.type === 'activity' ? `ONCRMACTIVITYADD:${subject.id}` : row.dedupKey
    return earlier === row.dedupKey ? [] : [earlier]
  })
  const { memberId: portal } = context.portal
  const waiting = { portal, type: 'notice', dedupKeys, waitingFor: WAITS_FOR_MORE, reason: 'counted' } as const
  await completeByKey(tx, waiting, context.clock())
}

function secondsAfter(time: string, seconds: number): Date {
  return new Date(Date.parse(time) + seconds * 1000)
}
