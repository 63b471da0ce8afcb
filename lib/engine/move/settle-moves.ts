import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import type { Decision } from '../../domain/decision.ts'
import { refKey } from '../../domain/entity-types.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import type { Job } from '../../queue/job.ts'
import { applyOutcomes, type JobOutcomes, snoozeOnError } from '../../queue/job-outcomes.ts'
import { countUnknownCalls, findOpenIntents } from '../../store/intents.ts'
import { completeJobs, type JobRow } from '../../store/jobs.ts'
import type { JobContext } from '../context.ts'
import { staleAfterMs } from '../decide/guard.ts'
import { isOfGoneType, refusal } from '../snapshot/failures.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { addEntries, removeEntry } from './add-entries.ts'
import { type AskedMove, inspectMoves } from './inspect-moves.ts'
import { judgeMove } from './judge-move.ts'
import { closeIntents, moveItems } from './move-items.ts'
import { failure, lost, movedDecision, supersededDecision } from './move-outcome.ts'
import { intentOfSubject, type SettleBody } from './settle-job.ts'

/**
 * Job `settle-move`: moves whose answer was lost, or that the portal would not take at that moment, are settled by what the portal
 * shows (`design.md` 3, rule 5): moved, called again, or superseded.
 */
export async function settleMoves(context: JobContext, rows: Job<SettleBody>[]): Promise<void> {
  const byIntent = new Map(rows.map((row) => [intentOfSubject(row.dedupKey), row]))
  const open = await findOpenIntents(context.db, context.portal.memberId, [...byIntent.keys()])
  const settled = rows.filter((row) => !open.some(({ id }) => id === intentOfSubject(row.dedupKey)))
  await context.commit((tx) => completeJobs(tx, settled, 'settled', context.clock()))
  if (open.length === 0) return
  const asked = open.flatMap((intent) => {
    const row = byIntent.get(intent.id)
    return row ? [{ intent, row, ...settlingOf(row) }] : []
  })
  const { snapshot, passed, troubles } = await inspectMoves(context, asked)

  const decided: Settled[] = []
  const again: OpenIntent[] = []
  const outcomes: JobOutcomes = new Map()
  for (const one of asked) {
    const { intent, row, called, tries } = one
    const trouble = troubles.get(intent.id)
    if (trouble) {
      outcomes.set(row.id, { state: 'later', ...snoozeOnError(context.clock(), row.attempts, trouble) })
      continue
    }
    const decision = decide(one, snapshot, passed, context)
    if (decision) decided.push({ ...one, decision })
    else again.push({ ...intent, tries, unknownCalls: intent.unknownCalls + (called ? 1 : 0) })
  }
  await context.commit(async (tx) => {
    await applyOutcomes(tx, context.portal.memberId, outcomes, context.clock())
    await closeIntents(tx, context, decided)
    for (const { id, unknownCalls } of again) await countUnknownCalls(tx, context.portal.memberId, id, unknownCalls)
  })
  const lacking = decided.filter(({ doubt, decision }) => doubt.lacksEntry && decision.outcome === 'moved')
  await addEntries(
    context,
    snapshot,
    lacking.map(({ intent }) => intent),
  )
  for (const { intent, doubt, decision } of decided) {
    if (doubt.entryId !== undefined && decision.outcome !== 'moved')
      await removeEntry(context, intent.move.userId, doubt.entryId)
  }
  await moveItems(context, snapshot, again)
}

type Settled = AskedMove & { decision: Decision }

function settlingOf({ data }: Job<SettleBody>): Pick<AskedMove, 'called' | 'tries' | 'doubt'> {
  const { called, tries, doubt = lost(null) } = data
  return { called, tries, doubt }
}

/** What became of a move; null: nothing, and it is called (again). */
function decide(
  { intent, row, called, doubt }: AskedMove,
  snapshot: PortalSnapshot,
  passed: ReadonlyMap<number, string[] | null>,
  context: JobContext,
): Decision | null {
  const { item: ref, categoryId, move, unknownCalls } = intent
  const refused = refusal(snapshot.failures, [`item ${refKey(ref)}`])
  if (refused !== null && !isOfGoneType(refused)) {
    // Nobody of ours is shown the item: a call that was made has an unknown end.
    return failure(intent, 'portal-error', { code: called ? 'OUTCOME_UNKNOWN' : refused.code, text: refused.text })
  }
  const item = snapshot.items.get(refKey(ref)) ?? null
  const stages = snapshot.stages.get(stageEntityId(ref.entityTypeId, categoryId))
  const shown = { item, passed: passed.get(intent.id) ?? null, stages }
  const judgement = judgeMove(move, shown, {
    calls: called ? unknownCalls + 1 : 0,
    doubt: doubt.kind,
    saidYes: doubt.saidYes,
  })
  const { requestId } = doubt
  if (judgement === 'call')
    return isOutdated(row, context)
      ? { ...failure(intent, 'stale', { plannedAt: row.created_at }), outcome: 'skipped' }
      : null
  if (judgement === 'made') return movedDecision(intent, requestId)
  if (judgement === 'item-gone') return { ...failure(intent, 'item-gone', {}), outcome: 'skipped', requestId }
  const stageId = item?.stageId ?? null
  if (judgement === 'elsewhere') return { ...supersededDecision(intent, stageId), requestId }
  if (judgement === 'stage-gone') return { ...failure(intent, 'stage-gone', { stageId, target: move.to }), requestId }
  return { ...failure(intent, doubt.ifUnmoved.reason, doubt.ifUnmoved.facts), requestId }
}

/** A portal that took no moves for so long has gone on without this one: nobody expects it any more. */
function isOutdated({ created_at }: JobRow, { portal, clock }: JobContext): boolean {
  return clock().getTime() - Date.parse(created_at) > staleAfterMs(portal.settings)
}
