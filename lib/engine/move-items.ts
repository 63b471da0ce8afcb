import { PortalError } from '../portal/errors.ts'
import { movesPerBatch } from '../portal/plan-batches.ts'
import type { Command } from '../portal/types.ts'
import { beginIntents } from '../store/begin-intents.ts'
import type { Db } from '../store/database.ts'
import type { Decision } from '../store/decision.ts'
import { finishSubjects } from '../store/finish-subjects.ts'
import type { OpenIntent } from '../store/intent.ts'
import { journalDecisions } from '../store/journal-decisions.ts'
import { listActors } from '../store/list-actors.ts'
import { noteOwnMove } from '../store/note-own-move.ts'
import { postponeSubjects } from '../store/postpone-subjects.ts'
import { settleIntents } from '../store/settle-intents.ts'
import { updateIntent } from '../store/update-intent.ts'
import { languageOf } from '../texts/translate.ts'
import { backoff } from './backoff.ts'
import { chooseActor } from './choose-actor.ts'
import { fieldHash } from './compare-fields.ts'
import type { Round } from './job.ts'
import { failure, type MoveOutcome, moveOutcome, refusalOutcome } from './move-outcome.ts'
import type { Reading } from './reading.ts'
import { FIRST_SMART_PROCESS } from './refs.ts'
import { SETTLE, type SettleBody, settleAt, settleSubject } from './settle-work.ts'
import { timelineEntry } from './timeline-entry.ts'

/**
 * Moves items for open intents, grouped by acting user, a batch at a time: says in the store that the portal is about to be
 * called, calls, and journals the answers. What stays open is settled later (`settle-move`).
 */
export async function moveItems(round: Round, reading: Reading, intents: OpenIntent[]): Promise<void> {
  const users = new Set(intents.map((intent) => intent.move.userId))
  for (const userId of users) {
    let rest = intents.filter((intent) => intent.move.userId === userId)
    while (rest.length > 0) {
      const size = movesPerBatch(round.clients.state(round.portal.memberId).secondsPerMove)
      await moveBatch(round, reading, userId, rest.slice(0, size))
      rest = rest.slice(size)
    }
  }
}

async function moveBatch(round: Round, reading: Reading, userId: number, intents: OpenIntent[]): Promise<void> {
  await round.commit(async (tx) => {
    const now = round.clock()
    await beginIntents(
      tx,
      intents.map(({ id }) => id),
      now,
    )
    await putOff(tx, round, intents, { dueAt: settleAt(round), reason: 'called', called: true })
  })
  const outcomes = await callPortal(round, reading, userId, intents)
  await round.commit((tx) => keepOutcomes(tx, round, outcomes))
}

type Outcome = { intent: OpenIntent; outcome: MoveOutcome }

async function callPortal(round: Round, reading: Reading, userId: number, intents: OpenIntent[]): Promise<Outcome[]> {
  const { memberId } = round.portal
  try {
    const client = await round.clients.as(memberId, userId, 'work')
    const { results, requestId } = await client.batch(
      Object.fromEntries(intents.flatMap((i) => commandsOf(round, reading, i))),
    )
    return intents.map((intent) => ({
      intent,
      outcome: moveOutcome(intent, results[`update_${intent.id}`], requestId),
    }))
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    round.log.warn({ portal: memberId, code: error.code, advice: error.advice }, 'Moves were not answered')
    return intents.map((intent) => ({ intent, outcome: refusalOutcome(intent, error, null) }))
  }
}

/** The update, and the timeline entry whose id is taken from its answer: a refused update leaves no entry. */
function commandsOf(round: Round, reading: Reading, intent: OpenIntent): [string, Command][] {
  const { entityTypeId, id } = intent.item
  const update = `update_${intent.id}`
  // A smart-process item that comes without its pipeline may be moved to the main one (`platform.md` 5.6).
  const pipeline = entityTypeId >= FIRST_SMART_PROCESS ? { categoryId: intent.categoryId } : {}
  const fields = { stageId: intent.move.to, ...pipeline }
  const context = { lang: languageOf(round.portal.lang), reading }
  return [
    [update, { method: 'crm.item.update', params: { entityTypeId, id, fields } }],
    [`entry_${intent.id}`, timelineEntry(intent, `$result[${update}][item][id]`, context)],
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
      const dueAt = outcome.error.waitUntil ?? backoff(round.clock(), 0)
      await putOff(tx, round, [intent], { dueAt, reason: outcome.error.code, called: false })
    }
    // Of unknown outcome: its work is due when the outcome can be judged.
  }
  await closeIntents(tx, round, decided)
}

/** The acting user's access has died: the stand-in moves, or the move fails (`design.md` 4.3). */
async function passOn(tx: Db, round: Round, intent: OpenIntent): Promise<Decision | null> {
  const wanted = intent.move.onBehalfOf ?? intent.move.userId
  const actors = await listActors(tx, round.portal.memberId)
  actors.live.delete(intent.move.userId)
  const standIn = actors.standIn === intent.move.userId ? null : actors.standIn
  const actor = chooseActor(wanted, intent.ifNoAccess, { ...actors, standIn })
  if (actor === null) return failure(intent, 'no-access', { userId: wanted })
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
  const now = round.clock()
  const { memberId: portal } = round.portal
  await journalDecisions(
    tx,
    portal,
    decided.map(({ decision }) => decision),
    now,
  )
  await settleIntents(
    tx,
    decided.map(({ intent }) => intent.id),
  )
  for (const { intent, decision } of decided) {
    if (decision.outcome !== 'moved') continue
    await noteOwnMove(tx, portal, intent.item, fieldHash(portal, intent.item, 'stageId', intent.move.to))
  }
  const subjects = decided.map(({ intent }) => settleSubject(intent))
  await finishSubjects(tx, { portal, kind: SETTLE, subjects, reason: 'settled' }, now)
}

async function putOff(
  tx: Db,
  round: Round,
  intents: OpenIntent[],
  { dueAt, reason, called }: { dueAt: Date; reason: string; called: boolean },
): Promise<void> {
  const body: SettleBody = { called }
  const subjects = intents.map(settleSubject)
  const work = { portal: round.portal.memberId, kind: SETTLE, subjects, dueAt, reason, body }
  await postponeSubjects(tx, work, round.clock())
}
