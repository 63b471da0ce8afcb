import type { PortalClient } from '../../bitrix24/client/portal-clients.ts'
import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import type { PortalError } from '../../bitrix24/errors/errors.ts'
import type { Decision } from '../../domain/decision.ts'
import { refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import { ITEM_IN_FLIGHT, snoozeOnError, type Wait } from '../../queue/job-outcomes.ts'
import type { AccessAtHome, Actors, ActorsWithAccess } from '../../store/acting-users.ts'
import { findUndone } from '../../store/decisions.ts'
import { type ClaimedItem, findClaimedItems, findPendingAccess } from '../../store/intents.ts'
import { readMovesAndActors } from '../../store/turn-reads.ts'
import type { PortalContext } from '../context.ts'
import { settleAt } from '../move/settle-job.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { wantedKey } from './candidates.ts'
import { wantedUser } from './choose-actor.ts'
import { type Candidate, type DecisionInput, decide, decisionOf, type PendingMove, type PlannedMove } from './decide.ts'
import type { Evaluation } from './evaluation.ts'
import { findItems } from './find-items.ts'
import { guardOccurrence, LOOP } from './guard.ts'
import type { ItemLookup } from './item-lookup.ts'

/** What one turn concluded about its cases. */
export type EvaluationResult = {
  /** Cases that are decided so far as they can be. */
  closed: Evaluation[]
  /** Cases that wait with their jobs' rows: for an item that another occurrence moves, or for what the portal could not tell. */
  deferred: Map<Evaluation, Wait>
  decisions: Decision[]
  moves: PlannedMove[]
  /** Accesses of those who move, as they were a moment ago, by user. */
  accesses: ReadonlyMap<number, AccessAtHome>
  /** Moves that wait for somebody's access. */
  pending: (PendingMove & { evaluation: Evaluation })[]
  /**
   * Triggers that wait by themselves: nothing of their type is bound yet, while looks for late bindings remain; or the portal could not
   * tell now what they need, for `trouble`.
   */
  waiting: { evaluation: Evaluation; triggers: ReadyTrigger[]; trouble?: PortalError }[]
}

/** What the store knows about the items and occurrences of a turn. */
type Past = {
  inFlight: ReadonlyMap<string, string>
  claimed: ClaimedItem[]
  undone: Set<string>
  recentMoves: Map<string, number>
  actors: ActorsWithAccess
}

/** Reads the items of the cases as they are now and decides, in the order of the cases. Writes nothing. */
export async function evaluate(
  context: PortalContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  evaluations: Evaluation[],
): Promise<EvaluationResult> {
  const result: EvaluationResult = {
    closed: [],
    deferred: new Map(),
    decisions: [],
    moves: [],
    accesses: new Map(),
    pending: [],
    waiting: [],
  }
  const open = evaluations.map((evaluation) => passTimeGuards(context, evaluation, result))
  const lookups = await findItems(context, client, snapshot, open)
  const past = await readPast(context, open, lookups)
  result.accesses = past.actors.live
  const movedNow = new Map<string, PlannedMove>()
  for (const evaluation of open) {
    const wait = waitOf(context, evaluation, lookups, past, movedNow)
    if (wait !== null) {
      result.deferred.set(evaluation, wait)
      continue
    }
    const { decisions, moves, pending } = decide(decisionInput(context, evaluation, lookups, snapshot, past, movedNow))
    result.decisions.push(...decisions)
    result.moves.push(...moves)
    for (const move of moves) movedNow.set(refKey(move.item), move)
    for (const { trigger, item } of pending) {
      past.claimed.push({ occurrenceKey: evaluation.occurrence.key, item, triggerId: trigger.id })
    }
    result.pending.push(...pending.map((move) => ({ ...move, evaluation })))
    result.waiting.push(...waitingOf(evaluation, lookups))
    result.closed.push(evaluation)
  }
  return result
}

async function readPast(
  context: PortalContext,
  evaluations: Evaluation[],
  lookups: ReadonlyMap<string, ItemLookup>,
): Promise<Past> {
  const { memberId } = context.portal
  const keys = evaluations.flatMap(keysWithPast)
  const now = context.clock()
  const wanted = {
    items: [...lookups.values()].flatMap(candidatesOf).map(({ ref }) => ref),
    movedSince: new Date(now.getTime() - LOOP.withinMs),
    userIds: wantedUsers(evaluations, lookups),
  }
  const [{ recentMoves, actors }, claimed, pending, undone] = await Promise.all([
    readMovesAndActors(context.db, context.portal, wanted, now),
    findClaimedItems(context.db, memberId, keys),
    findPendingAccess(context.db, memberId, keys),
    findUndone(context.db, memberId, keys),
  ])
  const { inFlight, counts } = recentMoves
  return { inFlight, claimed: [...claimed, ...pending], undone, recentMoves: counts, actors }
}

/** In whose names the items may be moved. */
function wantedUsers(evaluations: readonly Evaluation[], lookups: ReadonlyMap<string, ItemLookup>): number[] {
  const wanted = evaluations.flatMap((evaluation) =>
    evaluation.triggers.flatMap((trigger) =>
      candidatesOf(lookups.get(wantedKey(evaluation, trigger))).flatMap(({ item }) =>
        item === null ? [] : [wantedUser(trigger, item)],
      ),
    ),
  )
  return [...new Set(wanted)]
}

/** Occurrences that may have moved something: one that was recognised just now has not, the one that it yields to may have. */
function keysWithPast({ occurrence: { key, precededBy }, isNew }: Evaluation): string[] {
  return [...(isNew ? [] : [key]), ...(precededBy ? [precededBy] : [])]
}

function candidatesOf(lookup: ItemLookup | undefined): Candidate[] {
  return lookup?.state === 'found' ? lookup.candidates : []
}

/** The occurrence itself and the one it yields to share their items. */
function isOwn({ occurrence }: Evaluation, key: string): boolean {
  return key === occurrence.key || key === occurrence.precededBy
}

/** What the whole case waits for. A case about one item waits with its own row for what the portal could not tell, too. */
function waitOf(
  context: PortalContext,
  evaluation: Evaluation,
  lookups: ReadonlyMap<string, ItemLookup>,
  past: Past,
  movedNow: ReadonlyMap<string, PlannedMove>,
): Wait | null {
  const found = evaluation.triggers.map((trigger) => lookups.get(wantedKey(evaluation, trigger)))
  const refs = found.flatMap(candidatesOf).map(({ ref }) => ref)
  const inFlightUntil = deferredUntil(context, evaluation, refs, past, movedNow)
  if (inFlightUntil !== null) return { at: inFlightUntil, reason: ITEM_IN_FLIGHT, waitsFor: ITEM_IN_FLIGHT }
  const trouble = evaluation.only && found.find((one) => one?.state === 'waits')
  return trouble?.state === 'waits' ? snoozeOnError(context.clock(), evaluation.tries, trouble.error) : null
}

/** Triggers that look for late bindings, and those that wait for what the portal could not tell. */
function waitingOf(evaluation: Evaluation, lookups: ReadonlyMap<string, ItemLookup>): EvaluationResult['waiting'] {
  const pairs = evaluation.triggers.map((trigger) => ({ trigger, lookup: lookups.get(wantedKey(evaluation, trigger)) }))
  const late = pairs.flatMap((one) => (one.lookup?.state === 'unbound' ? [one.trigger] : []))
  const troubled = pairs.flatMap(({ trigger, lookup }) =>
    lookup?.state === 'waits' ? [{ trigger, trouble: lookup.error }] : [],
  )
  const [first] = troubled
  return [
    ...(late.length > 0 ? [{ evaluation, triggers: late }] : []),
    ...(first ? [{ evaluation, triggers: troubled.map(({ trigger }) => trigger), trouble: first.trouble }] : []),
  ]
}

/**
 * An item stands still for one occurrence at a time: when to try again, or null to decide now. What waits for an unsettled move is woken
 * when that is settled (`move-items.ts`).
 */
function deferredUntil(
  context: PortalContext,
  evaluation: Evaluation,
  refs: readonly Ref[],
  past: Past,
  movedNow: ReadonlyMap<string, PlannedMove>,
): Date | null {
  const now = context.clock()
  for (const key of refs.map(refKey)) {
    const isClaimed = past.claimed.some(
      (claimed) => isOwn(evaluation, claimed.occurrenceKey) && refKey(claimed.item) === key,
    )
    if (past.inFlight.has(key) && !isClaimed) return settleAt(context)
    const move = movedNow.get(key)
    if (move && !isOwn(evaluation, move.decision.occurrenceKey)) return now
  }
  return null
}

function decisionInput(
  context: PortalContext,
  evaluation: Evaluation,
  lookups: ReadonlyMap<string, ItemLookup>,
  snapshot: PortalSnapshot,
  past: Past,
  movedNow: ReadonlyMap<string, PlannedMove>,
): DecisionInput {
  const { occurrence } = evaluation
  const undone = [...past.undone].filter((key) => key.startsWith(`${occurrence.key} `))
  return {
    occurrence,
    triggers: evaluation.triggers.flatMap((trigger) => {
      const one = lookups.get(wantedKey(evaluation, trigger))
      if (one?.state === 'rejected') return [{ trigger, candidates: [], rejection: one.rejection }]
      return one?.state === 'found' ? [{ trigger, candidates: one.candidates }] : []
    }),
    stagesOf: (trigger) => snapshot.stages.get(stageEntityId(trigger.entityTypeId, trigger.categoryId)) ?? [],
    claimed: new Map([
      ...past.claimed.flatMap(({ occurrenceKey, item, triggerId }) =>
        isOwn(evaluation, occurrenceKey) ? [[refKey(item), triggerId] as const] : [],
      ),
      ...[...movedNow].flatMap(([key, { decision, trigger }]) =>
        isOwn(evaluation, decision.occurrenceKey) ? [[key, trigger.id] as const] : [],
      ),
    ]),
    undone: new Set(undone.map((key) => key.slice(occurrence.key.length + 1))),
    recentMoves: past.recentMoves,
    actors: actorsFor(context, evaluation, past.actors),
  }
}

/** Who has waited for an access long enough waits no more. */
function actorsFor(context: PortalContext, { awaitsUntil }: Evaluation, actors: Actors): Actors {
  if (awaitsUntil === undefined || awaitsUntil > context.clock().toISOString()) return actors
  return { live: actors.live, fallbackUser: actors.fallbackUser }
}

/** Decides what needs no request; what remains is a case with fewer triggers. */
function passTimeGuards(portalContext: PortalContext, evaluation: Evaluation, result: EvaluationResult): Evaluation {
  const { settings, installedAt } = portalContext.portal
  const { facts, byHand = false } = evaluation
  const context = { now: portalContext.clock(), settings, installedAt, byHand, facts }
  const item = itemAtOnce(evaluation)
  for (const gone of evaluation.gone) {
    const rejection = { outcome: 'skipped', reason: 'trigger-gone', facts: {} } as const
    result.decisions.push(decisionOf(evaluation, gone, item, rejection))
  }
  const triggers = evaluation.triggers.filter((trigger) => {
    const rejection = guardOccurrence(trigger, evaluation.occurrence, context)
    if (rejection) result.decisions.push(decisionOf(evaluation, trigger, item, rejection))
    return rejection === null
  })
  return { ...evaluation, triggers }
}

/** The item that is known before anything is read: of a retry, and of what happened to an item itself. */
function itemAtOnce({ only, occurrence: { place, origin } }: Evaluation): Ref | null {
  if (only || !place) return only ?? null
  return origin.refs.find(({ entityTypeId }) => entityTypeId === place.entityTypeId) ?? null
}
