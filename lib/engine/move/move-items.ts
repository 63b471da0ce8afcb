import { reference } from '../../bitrix24/client/command.ts'
import type { Command } from '../../bitrix24/client/rest.ts'
import { PortalError } from '../../bitrix24/errors/errors.ts'
import { movesPerBatch } from '../../bitrix24/rate-limit/move-batch-size.ts'
import type { Decision } from '../../domain/decision.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import { backoff } from '../../queue/backoff.ts'
import { ITEM_IN_FLIGHT } from '../../queue/job-outcomes.ts'
import { type AccessAtHome, listActors } from '../../store/acting-users.ts'
import type { Db } from '../../store/database.ts'
import { beginIntents, findOpenIntents, reassignIntent, type SettledMoves, settleIntents } from '../../store/intents.ts'
import { suppressOwnChanges } from '../../store/item-fields.ts'
import { completeAndWake, snoozeByKey } from '../../store/jobs.ts'
import { languageOf } from '../../texts/translate.ts'
import type { JobContext } from '../context.ts'
import { chooseActor } from '../decide/choose-actor.ts'
import { journal } from '../journal.ts'
import { markBrokenTriggers } from '../mark-broken-triggers.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { fieldHash } from '../sources/item/field-changes.ts'
import { namesOf } from './add-entries.ts'
import { awaitAccess } from './await-access.ts'
import type { Uncertainty } from './judge-move.ts'
import { failure, type MoveOutcome, moveOutcome, refusalOutcome } from './move-outcome.ts'
import { SETTLE, type SettleBody, sendUntil, settleAt, settleSubject } from './settle-job.ts'
import { timelineEntry } from './timeline-entry.ts'

/** When moves were recorded, and the accesses that they were decided by. */
type Recorded = Readonly<{ at: Date; accesses: ReadonlyMap<number, AccessAtHome> }>

/**
 * Moves items for open intents, grouped by acting user, a batch at a time: says in the store that the portal is about to be
 * called (unless they were `recorded` only just now), calls, and journals the answers. What stays open is settled
 * later (`settle-move`). Users do not wait for each other: a user's access may have to be renewed first.
 */
export async function moveItems(
  context: JobContext,
  snapshot: PortalSnapshot,
  intents: OpenIntent[],
  recorded: Recorded | null = null,
): Promise<void> {
  const byUser = Map.groupBy(intents, (intent) => intent.move.userId)
  const ended = await Promise.allSettled(
    [...byUser].map(([userId, of]) => moveAs(context, snapshot, userId, of, recorded, byUser.size === 1)),
  )
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}

async function moveAs(
  context: JobContext,
  snapshot: PortalSnapshot,
  userId: number,
  intents: OpenIntent[],
  recorded: Recorded | null,
  isAlone: boolean,
): Promise<void> {
  let rest = intents
  while (rest.length > 0) {
    const size = movesPerBatch(context.clients.state(context.portal.memberId).secondsPerMove)
    // What was recorded just now ends its job; nobody knows what else a job does that settles.
    const last = isAlone && recorded !== null && rest.length <= size ? 'last' : undefined
    await moveBatch(context, snapshot, userId, rest.slice(0, size), recorded, last)
    rest = rest.slice(size)
  }
}

async function moveBatch(
  context: JobContext,
  snapshot: PortalSnapshot,
  userId: number,
  intents: OpenIntent[],
  recorded: Recorded | null,
  last: 'last' | undefined,
): Promise<void> {
  const names = await namesOf(context, userId, intents)
  const just = recorded !== null && context.clock().getTime() - recorded.at.getTime() < JUST_MS ? recorded : null
  const begunAt = just?.at ?? (await begin(context, intents))
  const notAfter = sendUntil(context, begunAt)
  const mover = { userId, access: just?.accesses.get(userId) }
  const outcomes = await callPortal(context, { snapshot, names }, mover, intents, notAfter)
  await context.commit((tx) => keepOutcomes(tx, context, outcomes), last)
}

/**
 * Moves that were recorded within this time are as good as begun: the store says already that the portal is called for them, and their accesses
 * need not be read again. Milliseconds.
 */
const JUST_MS = 1000

/** Says in the store that the portal is about to be called for these moves. */
async function begin(context: JobContext, intents: readonly OpenIntent[]): Promise<Date> {
  return context.commit(async (tx) => {
    const now = context.clock()
    await beginIntents(
      tx,
      context.portal.memberId,
      intents.map(({ id }) => id),
      now,
    )
    await snoozeSettling(tx, context, intents, { dueAt: settleAt(context), reason: 'called', called: true })
    return now
  })
}

type Outcome = { intent: OpenIntent; outcome: MoveOutcome }

/** What timeline entries show: titles of stages, names of people. */
type Shown = { snapshot: PortalSnapshot; names: ReadonlyMap<number, string> }

async function callPortal(
  context: JobContext,
  shown: Shown,
  { userId, access }: { userId: number; access: AccessAtHome | undefined },
  intents: OpenIntent[],
  notAfter: Date,
): Promise<Outcome[]> {
  const { memberId } = context.portal
  try {
    const client = await context.clients.as(memberId, userId, 'work', access)
    const { results, requestId } = await client.batch(
      Object.fromEntries(intents.flatMap((intent) => commandsOf(context, shown, intent))),
      notAfter,
    )
    return intents.map((intent) => ({
      intent,
      outcome: moveOutcome(
        intent,
        { update: results[`update_${intent.id}`], entry: results[`entry_${intent.id}`] },
        requestId,
      ),
    }))
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    context.log.warn({ portal: memberId, code: error.code, advice: error.advice }, 'Moves were not answered')
    return intents.map((intent) => ({ intent, outcome: refusalOutcome(intent, error, null) }))
  }
}

/** The update, and the timeline entry whose id is taken from its answer: a refused update leaves no entry. */
function commandsOf(jobContext: JobContext, shown: Shown, intent: OpenIntent): [string, Command][] {
  const { entityTypeId, id } = intent.item
  const update = `update_${intent.id}`
  // The stage alone: with its pipeline an item that somebody took to another one would be taken back (`platform.md` 5.6).
  const fields = { stageId: intent.move.to }
  const context = { lang: languageOf(jobContext.portal.lang), ...shown }
  return [
    [update, { method: 'crm.item.update', params: { entityTypeId, id, fields } }],
    [`entry_${intent.id}`, timelineEntry(intent, reference(update, 'item', 'id'), context)],
  ]
}

async function keepOutcomes(tx: Db, context: JobContext, outcomes: Outcome[]): Promise<void> {
  const decided: { intent: OpenIntent; decision: Decision }[] = []
  for (const { intent, outcome } of outcomes) {
    if (outcome.state === 'decided') decided.push({ intent, decision: outcome.decision })
    else if (outcome.state === 'no-access') {
      const decision = await passOn(tx, context, intent)
      if (decision) decided.push({ intent, decision })
    } else if (outcome.state === 'again') {
      const dueAt = outcome.error.waitUntil ?? backoff(context.clock(), intent.tries ?? 0)
      const again = { ...intent, tries: (intent.tries ?? 0) + 1 }
      await snoozeSettling(tx, context, [again], { dueAt, reason: outcome.error.code, called: false })
    } else await recordUncertainty(tx, context, intent, outcome.doubt)
  }
  await closeIntents(tx, context, decided)
}

/** What may have been made is judged by what the portal shows: at once where it has answered, else when the call must have ended. */
async function recordUncertainty(tx: Db, context: JobContext, intent: OpenIntent, doubt: Uncertainty): Promise<void> {
  const dueAt = doubt.kind === 'refused' ? context.clock() : settleAt(context)
  await snoozeSettling(tx, context, [intent], { dueAt, reason: doubt.kind, called: true, doubt })
}

/**
 * The acting user's access has died: the portal is asked for another, or the stand-in moves, or the move fails (`design.md` 4). It may have
 * died because he was erased: the intent is read anew.
 */
async function passOn(tx: Db, context: JobContext, called: OpenIntent): Promise<Decision | null> {
  const [intent] = await findOpenIntents(tx, context.portal.memberId, [called.id])
  if (!intent) return null
  const dead = called.move.userId
  const wanted = intent.move.onBehalfOf ?? intent.move.userId
  const actors = await listActors(tx, context.portal, [wanted], context.clock())
  const live = new Set([...actors.live.keys()].filter((userId) => userId !== dead))
  const fallbackUser = actors.fallbackUser === dead ? null : actors.fallbackUser
  const actor = chooseActor(wanted, intent.ifNoAccess, { ...actors, live, fallbackUser })
  if (actor === null) return failure(intent, 'no-access', { userId: wanted })
  if (actor === 'delegate') {
    // Decided anew when the access is there: it is an intent no longer, and no entry of the journal yet.
    await settle(tx, context, [intent])
    await awaitAccess(tx, context, [{ ...intent, userId: wanted }])
    return null
  }
  await reassignIntent(tx, context.portal.memberId, intent.id, actor)
  await snoozeSettling(tx, context, [called], { dueAt: context.clock(), reason: 'access-dead', called: false })
  return null
}

/** Settles the intents and journals what their moves came to, without clients and employees who were erased while the portal was asked. */
export async function closeIntents(
  tx: Db,
  context: JobContext,
  decided: { intent: OpenIntent; decision: Decision }[],
): Promise<void> {
  const { memberId: portal } = context.portal
  const intents = decided.map(({ intent }) => intent)
  const settled = await settle(tx, context, intents)
  const decisions = decided.flatMap(({ intent, decision }) => {
    const kept = settled.get(intent.id)
    return kept ? [{ ...decision, move: decision.move && { ...decision.move, ...kept.actor } }] : []
  })
  await journal(tx, context, decisions)
  await markBrokenTriggers(tx, portal, decisions, context.clock())
  const moved = decided.filter(
    ({ intent, decision }) => decision.outcome === 'moved' && settled.get(intent.id)?.isWatched,
  )
  await suppressOwnChanges(
    tx,
    portal,
    moved.map(({ intent: { item, move } }) => ({ item, hash: fieldHash(portal, item, 'stageId', move.to) })),
  )
}

/** Nothing of these moves is open any more: what waits for their items goes on. */
async function settle(tx: Db, context: JobContext, intents: OpenIntent[]): Promise<SettledMoves> {
  if (intents.length === 0) return new Map()
  const { memberId: portal } = context.portal
  const settled = await settleIntents(
    tx,
    portal,
    intents.map(({ id }) => id),
  )
  const jobs = { portal, type: SETTLE, dedupKeys: intents.map(settleSubject), reason: 'settled' }
  await completeAndWake(tx, jobs, ITEM_IN_FLIGHT, context.clock())
  return settled
}

async function snoozeSettling(
  tx: Db,
  context: JobContext,
  intents: readonly OpenIntent[],
  { dueAt, reason, ...said }: { dueAt: Date; reason: string } & Omit<SettleBody, 'tries'>,
): Promise<void> {
  for (const [tries, some] of Map.groupBy(intents, ({ tries = 0 }) => tries)) {
    const body: SettleBody = { ...said, tries }
    const subjects = some.map(settleSubject)
    const jobs = { portal: context.portal.memberId, type: SETTLE, dedupKeys: subjects, dueAt, reason, body }
    await snoozeByKey(tx, jobs, context.clock())
  }
}
