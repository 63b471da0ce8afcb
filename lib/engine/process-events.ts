import { refKey } from '../domain/entity-types.ts'
import type { KindCode } from '../domain/kind-code.ts'
import { mayGuess } from '../domain/probe.ts'
import type { ReadyTrigger } from '../domain/trigger.ts'
import type { Job } from '../queue/job.ts'
import { applyOutcomes, type JobOutcome, type JobOutcomes } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { findErasedEvents } from '../store/job-queries.ts'
import { completeByKey } from '../store/jobs.ts'
import { readTriggersAndReader } from '../store/turn-reads.ts'
import { applyDecisions } from './apply.ts'
import type { JobContext } from './context.ts'
import type { InboundEvent } from './events/inbound-event.ts'
import { type EventBody, parseEvent } from './events/parse-event.ts'
import { AWAITING_MESSAGE_EVENT, nothingRead, rowOutcomes, WAITS_FOR_MORE } from './events/row-outcomes.ts'
import { readyKinds, unreadOutcome } from './events/unread.ts'
import { markByFields, markByStages, markRefused } from './mark-broken-triggers.ts'
import { candidateKinds } from './match/match.ts'
import { recognise, type SourcedFacts } from './match/recognise.ts'
import { fetchSnapshot } from './snapshot/fetch.ts'
import type { FetchPlan } from './snapshot/fetch-plan.ts'
import type { PortalSnapshot } from './snapshot/snapshot.ts'
import { askCallAt, CALL_RECHECK } from './sources/call/recheck-call.ts'
import { refusedCalls } from './sources/call/refused-calls.ts'
import { enrich, saveEnriched } from './sources/enrich.ts'
import { kindsAbout, planFor, toFacts } from './sources/index.ts'
import type { FieldChanges } from './sources/item/field-changes.ts'
import { isAlreadySeen, recordMessage, scanNeed } from './sources/message/channel-source.ts'
import { type ChatState, emptyChatState, hasLearnt, saveChatState } from './sources/message/chat-state.ts'
import { concernsChats, knownSession, loadChats, messageEventDueBy } from './sources/message/index.ts'

/** An event that some enabled trigger could be served by, and by which kinds. */
type Served = { event: InboundEvent; kinds: KindCode[] }

/** An event that has to be read, or what becomes of its row without. */
type Screened = { served: Served; outcome?: never } | { outcome: JobOutcome; served?: never }

/** Who some events are about was erased while they were read: nothing of them may be kept. */
class ErasedMeanwhile extends Error {
  readonly ids: ReadonlySet<number>

  constructor(ids: ReadonlySet<number>) {
    super('Events were erased while they were read')
    this.ids = ids
  }
}

/** Job `notice`: recognises what happened in events and works it off, all of them in packed requests. */
export async function processEvents(context: JobContext, jobs: Job<EventBody>[]): Promise<void> {
  try {
    await processTogether(context, jobs)
  } catch (error) {
    if (!(error instanceof ErasedMeanwhile)) throw error
    const others = jobs.filter(({ id }) => !error.ids.has(id))
    if (others.length > 0) await processEvents(context, others)
  }
}

async function processTogether(context: JobContext, jobs: Job<EventBody>[]): Promise<void> {
  const { memberId } = context.portal
  const parsed = jobs.map((job) => ({ id: job.id, event: parseEvent(job) }))
  const events = parsed.flatMap(({ event }) => (typeof event === 'string' ? [] : [event]))
  const kinds = kindsAbout(events.map(({ subject }) => subject))
  const { triggers, reader } = await readTriggersAndReader(context.db, memberId, kinds)
  const chatState = concernsChats(triggers) ? await loadChats(context, events) : emptyChatState()
  const all = parsed.map(({ id, event }) => ({ id, ...screen(context, event, triggers, chatState) }))
  const served = all.flatMap((one) => one.served ?? [])
  const screened = new Map(all.flatMap(({ id, outcome }) => (outcome ? [[id, outcome] as const] : [])))
  if (served.length === 0) {
    return context.commit(async (tx) => {
      await applyOutcomes(tx, memberId, rowOutcomes(jobs, { screened, ...nothingRead }), context.clock())
      if (hasLearnt(chatState)) await saveChatState(tx, memberId, chatState, context.clock())
    }, 'last')
  }

  const client = await context.clients.asReader(memberId, 'work', reader)
  const snapshot = await fetchSnapshot(client, fetchPlanOf(context, served, triggers, chatState))
  const turn = { events: served.map(({ event }) => event), triggers, chatState }
  const enriched = await enrich(context, client, snapshot, turn)
  const { changes, chats } = enriched

  const shown = served.map((one) => ({ id: one.event.row.id, ...factsOfEvent(context, one, snapshot, changes) }))
  const sourced = [...shown.flatMap(({ facts }) => facts), ...chats.scanned]
  const refused = refusedCalls(served, snapshot, triggers)
  const { evaluations, counted, retries } = await recognise(context, sourced, triggers, refused)
  const unread = unreadOf(context, served, snapshot)
  const findings = {
    screened,
    shown: new Map(shown.flatMap(({ id, outcome }) => (outcome ? [[id, outcome] as const] : []))),
    counted,
    waiting: chats.waiting,
    retries,
    unread,
  }
  await applyDecisions(context, client, snapshot, evaluations, async (tx, deferred) => {
    const missing = await applyOutcomes(tx, memberId, rowOutcomes(jobs, findings, deferred), context.clock())
    const erased = missing > 0 ? await findErasedEvents(tx, memberId, jobs) : new Set<number>()
    if (erased.size > 0) throw new ErasedMeanwhile(erased)
    await markByStages(tx, memberId, snapshot, triggers, context.clock())
    await markByFields(tx, memberId, [...snapshot.watched.values()], triggers, context.clock())
    await markUnread(tx, context, served, triggers, unread)
    const waiting = [...findings.shown].flatMap(([id, { state }]) => (state === 'later' ? [id] : []))
    const left = new Set([...unread.keys(), ...[...deferred.keys()].map(({ jobId }) => jobId), ...waiting])
    const again = { rechecked: itemsOf(served, left), deferred: deferred.keys() }
    await saveEnriched(tx, context, snapshot, enriched, turn, again)
    await finishWaiting(
      tx,
      context,
      served.filter(({ event: { row } }) => counted.has(row.id)),
    )
  })
}

/** Does an event have to be read? Activities may also tell that the customer wrote, in channels that have no events of messages. */
function screen(
  context: JobContext,
  event: ReturnType<typeof parseEvent>,
  triggers: readonly ReadyTrigger[],
  chatState: ChatState,
): Screened {
  if (event === 'malformed') return { outcome: { state: 'parked', reason: event } }
  if (event === 'unused') return { outcome: { state: 'done', reason: event } }
  if (isAlreadySeen(chatState, event)) return { outcome: { state: 'done', reason: 'counted' } }
  const scan = scanNeed(context, chatState, event, triggers)
  const kinds = candidateKinds(event.payload, triggers).filter((kind) => suits(event, kind))
  if (scan === 'yes') return { served: { event, kinds: [...kinds, 'chat-message'] } }
  const askAt = kinds.length > 0 ? askCallAt(event, context.timing, context.clock()) : null
  if (askAt !== null) return { outcome: { state: 'later', at: askAt, reason: CALL_RECHECK } }
  if (kinds.length > 0) return { served: { event, kinds } }
  recordMessage(chatState, event)
  if (scan === 'no') return { outcome: { state: 'done', reason: 'no-trigger' } }
  return { outcome: { state: 'later', at: messageEventDueBy(event.row), reason: AWAITING_MESSAGE_EVENT } }
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

/** What the portal shows of an event's subject, and what that means for its row; no outcome: what it is known by could not be read. */
function factsOfEvent(
  context: JobContext,
  { event, kinds }: Served,
  snapshot: PortalSnapshot,
  changes: ReadonlyMap<string, FieldChanges>,
): { facts: SourcedFacts[]; outcome?: JobOutcome } {
  const { row, source } = event
  const ready = readyKinds(event, kinds, snapshot)
  if (ready.length === 0) return { facts: [] }
  const result = toFacts(event, { snapshot, changes, timing: context.timing, now: context.clock() })
  if (result.state === 'later') return { facts: [], outcome: result }
  if (result.state === 'gone') return { facts: [], outcome: { state: 'done', reason: result.reason } }
  const { facts, origin } = result
  return {
    facts: [{ facts, origin, source, kinds: ready, jobId: row.id }],
    outcome: { state: 'done', reason: 'not-of-a-kind' },
  }
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
