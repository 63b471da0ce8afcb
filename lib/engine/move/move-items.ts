import { reference } from '../../bitrix24/client/command.ts'
import type { Command } from '../../bitrix24/client/rest.ts'
import { PortalError } from '../../bitrix24/errors/errors.ts'
import { movesPerBatch } from '../../bitrix24/rate-limit/move-batch-size.ts'
import type { Decision } from '../../domain/decision.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import { backoff } from '../../queue/backoff.ts'
import type { Round } from '../../queue/job.ts'
import { ITEM_BUSY } from '../../queue/job-outcomes.ts'
import { listActors } from '../../store/acting-users.ts'
import type { Db } from '../../store/database.ts'
import { beginIntents, settleIntents, updateIntent } from '../../store/intents.ts'
import { noteOwnMove } from '../../store/item-fields.ts'
import { finishSubjects, postponeSubjects, wakeWork } from '../../store/jobs.ts'
import { languageOf } from '../../texts/translate.ts'
import { chooseActor } from '../decide/choose-actor.ts'
import { journal } from '../journal.ts'
import { markBrokenTriggers } from '../mark-broken-triggers.ts'
import type { Reading } from '../snapshot/snapshot.ts'
import { fieldHash } from '../sources/item/field-changes.ts'
import { namesOf } from './add-entries.ts'
import { awaitAccess } from './await-access.ts'
import type { Doubt } from './judge-move.ts'
import { failure, type MoveOutcome, moveOutcome, refusalOutcome } from './move-outcome.ts'
import { SETTLE, type SettleBody, sendUntil, settleAt, settleSubject } from './settle-work.ts'
import { timelineEntry } from './timeline-entry.ts'

/**
 * Moves items for open intents, grouped by acting user, a batch at a time: says in the store that the portal is about to be
 * called, calls, and journals the answers. What stays open is settled later (`settle-move`). Users do not wait for each other: a
 * user's access may have to be renewed first.
 */
export async function moveItems(round: Round, reading: Reading, intents: OpenIntent[]): Promise<void> {
  const byUser = Map.groupBy(intents, (intent) => intent.move.userId)
  const ended = await Promise.allSettled([...byUser].map(([userId, of]) => moveAs(round, reading, userId, of)))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}

async function moveAs(round: Round, reading: Reading, userId: number, intents: OpenIntent[]): Promise<void> {
  let rest = intents
  while (rest.length > 0) {
    const size = movesPerBatch(round.clients.state(round.portal.memberId).secondsPerMove)
    await moveBatch(round, reading, userId, rest.slice(0, size))
    rest = rest.slice(size)
  }
}

async function moveBatch(round: Round, reading: Reading, userId: number, intents: OpenIntent[]): Promise<void> {
  const names = await namesOf(round, userId, intents)
  await round.commit(async (tx) => {
    const now = round.clock()
    await beginIntents(
      tx,
      intents.map(({ id }) => id),
      now,
    )
    await putOff(tx, round, intents, { dueAt: settleAt(round), reason: 'called', called: true })
  })
  const notAfter = sendUntil(round)
  const outcomes = await callPortal(round, { reading, names }, userId, intents, notAfter)
  await round.commit((tx) => keepOutcomes(tx, round, outcomes))
}

type Outcome = { intent: OpenIntent; outcome: MoveOutcome }

/** What timeline entries show: titles of stages, names of people. */
type Shown = { reading: Reading; names: ReadonlyMap<number, string> }

async function callPortal(
  round: Round,
  shown: Shown,
  userId: number,
  intents: OpenIntent[],
  notAfter: Date,
): Promise<Outcome[]> {
  const { memberId } = round.portal
  try {
    const client = await round.clients.as(memberId, userId, 'work')
    const { results, requestId } = await client.batch(
      Object.fromEntries(intents.flatMap((intent) => commandsOf(round, shown, intent))),
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
    round.log.warn({ portal: memberId, code: error.code, advice: error.advice }, 'Moves were not answered')
    return intents.map((intent) => ({ intent, outcome: refusalOutcome(intent, error, null) }))
  }
}

/** The update, and the timeline entry whose id is taken from its answer: a refused update leaves no entry. */
function commandsOf(round: Round, shown: Shown, intent: OpenIntent): [string, Command][] {
  const { entityTypeId, id } = intent.item
  const update = `update_${intent.id}`
  // The stage alone: with its pipeline an item that somebody took to another one would be taken back (`platform.md` 5.6).
  const fields = { stageId: intent.move.to }
  const context = { lang: languageOf(round.portal.lang), ...shown }
  return [
    [update, { method: 'crm.item.update', params: { entityTypeId, id, fields } }],
    [`entry_${intent.id}`, timelineEntry(intent, reference(update, 'item', 'id'), context)],
  ]
}

async function keepOutcomes(tx: Db, round: Round, outcomes: Outcome[]): Promise<void> {
  const decided: { intent: OpenIntent; decision: Decision }[] = []
  for (const { intent, outcome } of outcomes) {
    if (outcome.state === 'decided') decided.push({ intent, decision: outcome.decision })
    else if (outcome.state === 'no-access') {
      const decision = await passOn(tx, round, intent)
      if (decision) decided.push({ intent, decision })
    } else if (outcome.state === 'again') {
      const dueAt = outcome.error.waitUntil ?? backoff(round.clock(), intent.tries ?? 0)
      const again = { ...intent, tries: (intent.tries ?? 0) + 1 }
      await putOff(tx, round, [again], { dueAt, reason: outcome.error.code, called: false })
    } else await keepDoubt(tx, round, intent, outcome.doubt)
  }
  await closeIntents(tx, round, decided)
}

/** What may have been made is judged by what the portal shows: at once where it has answered, else when the call must have ended. */
async function keepDoubt(tx: Db, round: Round, intent: OpenIntent, doubt: Doubt): Promise<void> {
  const dueAt = doubt.kind === 'refused' ? round.clock() : settleAt(round)
  await putOff(tx, round, [intent], { dueAt, reason: doubt.kind, called: true, doubt })
}

/** The acting user's access has died: the portal is asked for another, or the stand-in moves, or the move fails (`design.md` 4). */
async function passOn(tx: Db, round: Round, intent: OpenIntent): Promise<Decision | null> {
  const dead = intent.move.userId
  const wanted = intent.move.onBehalfOf ?? dead
  const actors = await listActors(tx, round.portal, round.clock())
  const live = new Set([...actors.live].filter((userId) => userId !== dead))
  const standIn = actors.standIn === dead ? null : actors.standIn
  const actor = chooseActor(wanted, intent.ifNoAccess, { ...actors, live, standIn })
  if (actor === null) return failure(intent, 'no-access', { userId: wanted })
  if (actor === 'delegate') {
    // Decided anew when the access is there: it is an intent no longer, and no entry of the journal yet.
    await settle(tx, round, [intent])
    await awaitAccess(tx, round, [{ ...intent, userId: wanted }])
    return null
  }
  await updateIntent(tx, intent.id, { actor, unknownCalls: intent.unknownCalls })
  await putOff(tx, round, [intent], { dueAt: round.clock(), reason: 'access-dead', called: false })
  return null
}

/** Journals what the moves came to and settles their intents. */
export async function closeIntents(
  tx: Db,
  round: Round,
  decided: { intent: OpenIntent; decision: Decision }[],
): Promise<void> {
  const { memberId: portal } = round.portal
  const decisions = decided.map(({ decision }) => decision)
  await journal(tx, round, decisions)
  await markBrokenTriggers(tx, portal, decisions, round.clock())
  await settle(
    tx,
    round,
    decided.map(({ intent }) => intent),
  )
  for (const { intent, decision } of decided) {
    if (decision.outcome !== 'moved') continue
    await noteOwnMove(tx, portal, intent.item, fieldHash(portal, intent.item, 'stageId', intent.move.to))
  }
}

/** Nothing of these moves is open any more: what waits for their items goes on. */
async function settle(tx: Db, round: Round, intents: OpenIntent[]): Promise<void> {
  await settleIntents(
    tx,
    intents.map(({ id }) => id),
  )
  const subjects = intents.map(settleSubject)
  const work = { portal: round.portal.memberId, kind: SETTLE, subjects, reason: 'settled' }
  await finishSubjects(tx, work, round.clock())
  await wakeWork(tx, { portal: round.portal.memberId, waitingFor: ITEM_BUSY }, round.clock())
}

async function putOff(
  tx: Db,
  round: Round,
  intents: OpenIntent[],
  { dueAt, reason, ...said }: { dueAt: Date; reason: string } & Omit<SettleBody, 'tries'>,
): Promise<void> {
  for (const [tries, some] of Map.groupBy(intents, ({ tries = 0 }) => tries)) {
    const body: SettleBody = { ...said, tries }
    const subjects = some.map(settleSubject)
    const work = { portal: round.portal.memberId, kind: SETTLE, subjects, dueAt, reason, body }
    await postponeSubjects(tx, work, round.clock())
  }
}
