import type { Stage } from '../../bitrix24/directory/stages.ts'
import type { Decision } from '../../domain/decision.ts'
import { refKey } from '../../domain/entity-types.ts'
import type { Occurrence, Ref } from '../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Actors } from '../../store/acting-users.ts'
import type { Item } from '../sources/item/item.ts'
import { chooseActor, wantedUser } from './choose-actor.ts'
import { guardItem, type Rejection } from './guard.ts'

/** One item that a trigger looks at; `item` is null when the portal does not show it, `rejection` says why it was not to be had. */
export type Candidate = { ref: Ref; item: Item | null; rejection?: Rejection }

/** What deciding about one occurrence needs to know; no I/O behind it. */
export type DecisionInput = {
  occurrence: Occurrence
  /**
   * Triggers whose own fields match and whose guards of time let the occurrence pass, with the items they look at; `rejection` says why
   * there is none, if not for want of one.
   */
  triggers: { trigger: ReadyTrigger; candidates: Candidate[]; rejection?: Rejection }[]
  stagesOf(trigger: ReadyTrigger): readonly Stage[]
  /** Items (`entityTypeId:id`) that this occurrence, or the one it yields to, has taken, and by which trigger. */
  claimed: ReadonlyMap<string, string>
  undone: ReadonlySet<string>
  recentMoves: ReadonlyMap<string, number>
  actors: Actors
}

/** A decision to move; it becomes an entry of the journal when the portal has answered. */
export type PlannedMove = { trigger: ReadyTrigger; item: Item; decision: Decision }

/** A move that waits until the portal has said whether it gives us this user's access. */
export type PendingMove = { trigger: ReadyTrigger; item: Item; userId: number }

/** What was decided: nothing to move, a move, or a move that has to wait. */
export type Outcome = { decisions: Decision[]; moves: PlannedMove[]; pending: PendingMove[] }

type Contender = { trigger: ReadyTrigger; item: Item; order: number }

/** Decides what each trigger does about each of its items: guards, then *if several match*, then one winner per item. */
export function decide(input: DecisionInput): Outcome {
  const decisions: Decision[] = []
  const contenders: Contender[] = []
  for (const { trigger, candidates, rejection: whole = skip('no-item') } of input.triggers) {
    if (candidates.length === 0) decisions.push(decisionOf(input, trigger, null, whole))
    const passed = candidates.flatMap(({ ref, item, rejection: refused }): Item[] => {
      const past = {
        undone: input.undone.has(refKey(ref)),
        recentMoves: input.recentMoves.get(refKey(ref)) ?? 0,
      }
      const rejection = refused ?? guardItem(trigger, item, input.stagesOf(trigger), past)
      if (rejection === null && item !== null) return [item]
      if (rejection) decisions.push(decisionOf(input, trigger, ref, rejection))
      return []
    })
    const chosen = ofSeveral(trigger, passed)
    for (const item of passed) {
      if (chosen.includes(item)) contenders.push({ trigger, item, order: stageOrder(input, trigger) })
      else decisions.push(decisionOf(input, trigger, item, skip('several', { items: passed.map(({ id }) => id) })))
    }
  }
  return compete(input, contenders, decisions)
}

/** Of several items that passed: all, the newest created, or none. */
function ofSeveral(trigger: ReadyTrigger, passed: Item[]): Item[] {
  if (passed.length < 2) return passed
  if (trigger.whenSeveral === 'none') return []
  if (trigger.whenSeveral === 'all') return passed
  return newestFirst(passed).slice(0, 1)
}

export function newestFirst(items: Item[]): Item[] {
  return [...items].sort((a, b) => Date.parse(b.createdTime) - Date.parse(a.createdTime) || b.id - a.id)
}

/** Live triggers compete for an item: the earliest target in the pipeline wins, then the trigger made first. */
function compete(input: DecisionInput, contenders: Contender[], decisions: Decision[]): Outcome {
  const moves: PlannedMove[] = []
  const pending: PendingMove[] = []
  const winners = new Map<string, string>(input.claimed)
  const inOrder = [...contenders].sort(
    (a, b) =>
      a.order - b.order ||
      a.trigger.createdAt.localeCompare(b.trigger.createdAt) ||
      Number(a.trigger.id) - Number(b.trigger.id),
  )
  for (const { trigger, item } of inOrder) {
    if (trigger.mode === 'watch') {
      decisions.push(watched(input, trigger, item))
      continue
    }
    const winner = winners.get(refKey(item))
    if (winner !== undefined && winner !== trigger.id) {
      decisions.push(decisionOf(input, trigger, item, skip('another-trigger', { triggerId: winner })))
      continue
    }
    winners.set(refKey(item), trigger.id)
    const userId = wantedUser(trigger, item)
    const actor = chooseActor(userId, trigger.ifNoAccess, input.actors)
    if (actor === 'delegate') {
      pending.push({ trigger, item, userId })
      continue
    }
    const move = { from: item.stageId, to: trigger.stageId, ...(actor ?? { userId }) }
    if (actor === null) {
      const rejection: Rejection = { outcome: 'failed', reason: 'no-access', facts: { userId } }
      decisions.push({ ...decisionOf(input, trigger, item, rejection), move })
    } else {
      const decision = decisionOf(input, trigger, item, { outcome: 'moved', reason: null, facts: {} })
      moves.push({ trigger, item, decision: { ...decision, move } })
    }
  }
  return { decisions, moves, pending }
}

/** A trigger that only watches is decided as if it were alone, and moves nothing. */
function watched(input: DecisionInput, trigger: ReadyTrigger, item: Item): Decision {
  const move = { from: item.stageId, to: trigger.stageId, userId: wantedUser(trigger, item) }
  return { ...decisionOf(input, trigger, item, { outcome: 'would-move', reason: 'watch', facts: {} }), move }
}

function stageOrder(input: DecisionInput, trigger: ReadyTrigger): number {
  return input.stagesOf(trigger).findIndex((stage) => stage.stageId === trigger.stageId)
}

function skip(reason: Rejection['reason'], facts: Record<string, unknown> = {}): Rejection {
  return { outcome: 'skipped', reason, facts }
}

/** A decision of a trigger about an item, or about none. */
export function decisionOf(
  { occurrence }: { occurrence: Occurrence },
  trigger: { id: string; name: string },
  item: Ref | null,
  { outcome, reason, facts }: Pick<Decision, 'outcome' | 'reason' | 'facts'>,
): Decision {
  return {
    occurrenceKey: occurrence.key,
    kind: occurrence.kind,
    trigger: { id: trigger.id, name: trigger.name },
    item: item && { entityTypeId: item.entityTypeId, id: item.id },
    outcome,
    reason,
    facts,
    move: null,
    requestId: null,
  }
}
