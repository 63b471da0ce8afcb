import type { PortalClient } from '../bitrix24/client/portal-clients.ts'
import type { Intent } from '../domain/intent.ts'
import { snoozeOnError, type Wait } from '../queue/job-outcomes.ts'
import type { Db } from '../store/database.ts'
import { writeIntents } from '../store/intents.ts'
import { enqueue, type NewJob } from '../store/jobs.ts'
import { addOccurrences } from '../store/occurrences.ts'
import type { JobContext } from './context.ts'
import type { PlannedMove } from './decide/decide.ts'
import { type EvaluationResult, evaluate } from './decide/evaluate.ts'
import type { Evaluation, RecheckBody } from './decide/evaluation.ts'
import { journal } from './journal.ts'
import { markBrokenTriggers, unmarkBroken } from './mark-broken-triggers.ts'
import { awaitAccess, type PendingAccess } from './move/await-access.ts'
import { moveItems } from './move/move-items.ts'
import { settleJob } from './move/settle-job.ts'
import type { PortalSnapshot } from './snapshot/snapshot.ts'

/**
 * Decides the cases with the items as they are now; commits decisions, intents and follow-up work together with `close`, which
 * gives the jobs' rows their new state; and then moves. So a crash at any point loses nothing and repeats nothing: what was
 * committed is settled by its intent, what was not is still due. A job ends with it: where nothing more is due, the lease goes with the last commit.
 */
export async function applyDecisions(
  context: JobContext,
  client: PortalClient,
  snapshot: PortalSnapshot,
  evaluations: Evaluation[],
  close: (tx: Db, deferred: ReadonlyMap<Evaluation, Wait>) => Promise<void>,
): Promise<void> {
  const result = await evaluate(context, client, snapshot, evaluations)
  const now = context.clock()
  // One for all, so that occurrences that yield to each other are looked at together again.
  const random = Math.random()
  const { memberId } = context.portal
  const intents = await context.commit(
    async (tx) => {
      const isNew = ({ attempt }: Evaluation) => attempt === 0
      await addOccurrences(tx, memberId, result.closed.filter(isNew))
      await journal(tx, context, result.decisions)
      await markBrokenTriggers(tx, memberId, result.decisions, now)
      await unmarkBroken(
        tx,
        memberId,
        result.closed.flatMap(({ triggers }) => triggers),
        result,
      )
      await enqueue(
        tx,
        result.waiting.map((waiting) => recheckJob(context, waiting, random)),
        now,
      )
      const written = await writeIntents(
        tx,
        context.lease,
        result.moves.map((planned) => intentOf(planned, now)),
      )
      await enqueue(
        tx,
        written.map((intent) => settleJob(context, intent)),
        now,
      )
      await close(tx, result.deferred)
      // After their own rows are closed: what waits on has the same subject again.
      await awaitAccess(tx, context, result.pending.map(pendingAccessOf))
      return written
    },
    result.moves.length === 0 ? 'last' : undefined,
  )
  await moveItems(context, snapshot, intents, { at: now, accesses: result.accesses })
}

function pendingAccessOf({ evaluation, trigger, item, userId }: EvaluationResult['pending'][number]): PendingAccess {
  const { occurrence, byHand = false, awaitsUntil } = evaluation
  const move = { occurrenceKey: occurrence.key, trigger, item, userId, byHand }
  return awaitsUntil === undefined ? move : { ...move, awaitsUntil }
}

function intentOf({ trigger, item, decision }: PlannedMove, now: Date): Intent {
  const { occurrenceKey, kind, move } = decision
  if (move === null) throw new Error('A planned move says from where to where')
  return {
    occurrenceKey,
    kind,
    trigger: { id: trigger.id, name: trigger.name },
    item: { entityTypeId: item.entityTypeId, id: item.id },
    categoryId: item.categoryId,
    move,
    movedTime: item.movedTime,
    ifNoAccess: trigger.ifNoAccess,
    begunAt: now.toISOString(),
    unknownCalls: 0,
  }
}

/**
 * The next look for late bindings, counted from when we first heard of the occurrence; or the same look again. Each trigger of an
 * occurrence waits in one row, so its smallest id, with the number of the look and of the try, names it.
 */
function recheckJob(
  context: JobContext,
  { evaluation, triggers, trouble }: EvaluationResult['waiting'][number],
  random: number,
): NewJob {
  const { occurrence } = evaluation
  const again = trouble && snoozeOnError(context.clock(), evaluation.tries, trouble, () => random)
  const seconds = context.timing.lateBindingSeconds[evaluation.attempt] ?? 0
  const attempt = again ? evaluation.attempt : evaluation.attempt + 1
  const tries = again ? evaluation.tries + 1 : 0
  const body: RecheckBody = {
    key: occurrence.key,
    triggers: triggers.map(({ id, name }) => ({ id, name })),
    looks: attempt,
    tries,
  }
  return {
    portal: context.portal.memberId,
    type: 'look',
    dedupKey: `${occurrence.key}#${attempt}.${tries}:${Math.min(...triggers.map(({ id }) => Number(id)))}`,
    body,
    // Heard of by a clock that has been put back since, it lies ahead.
    dueAt: again?.at ?? new Date(Math.min(Date.parse(occurrence.heardAt), context.clock().getTime()) + seconds * 1000),
  }
}
