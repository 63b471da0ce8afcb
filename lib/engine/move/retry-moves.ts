import { z } from 'zod'
import type { Job } from '../../queue/job.ts'
import { applyOutcomes, type JobOutcomes, snoozeDeferred } from '../../queue/job-outcomes.ts'
import { findDecision } from '../../store/decisions.ts'
import { findOccurrence } from '../../store/occurrences.ts'
import { listEnabledTriggers } from '../../store/triggers.ts'
import { applyDecisions } from '../apply.ts'
import type { JobContext } from '../context.ts'
import type { Evaluation } from '../decide/evaluation.ts'
import { emptySnapshot } from '../snapshot/snapshot.ts'

/** What a row of type `retry-move` says: which failed decision is tried again, and whether a person asked for it. */
export const retryBodySchema = z.object({ decisionId: z.number(), byHand: z.boolean() })

export type RetryBody = z.output<typeof retryBodySchema>

/** Job `retry-move`: decides once more about one item, with everything as it is now; the journal's entry is replaced. */
export async function retryMoves(context: JobContext, jobs: Job<RetryBody>[]): Promise<void> {
  const { memberId } = context.portal
  const enabled = await listEnabledTriggers(context.db, memberId)
  const evaluations: Evaluation[] = []
  for (const row of jobs) {
    const { decisionId, byHand } = row.data
    const decision = await findDecision(context.db, memberId, decisionId)
    if (decision?.outcome !== 'failed' || decision.item === null) continue
    const occurrence = await findOccurrence(context.db, memberId, decision.occurrenceKey)
    if (occurrence === null) continue
    const triggers = enabled.filter((trigger) => trigger.id === decision.trigger.id)
    const attempt = context.timing.lateBindingSeconds.length
    const { entityTypeId, id } = decision.item
    const gone = triggers.length === 0 ? [decision.trigger] : []
    const only = { entityTypeId, id }
    evaluations.push({
      occurrence,
      triggers,
      filtered: [],
      gone,
      only,
      byHand,
      attempt,
      tries: row.attempts,
      jobId: row.id,
    })
  }
  const client = await context.clients.asReader(memberId, 'work')
  const outcomes: JobOutcomes = new Map(jobs.map(({ id }) => [id, { state: 'done', reason: 'retried' }]))
  await applyDecisions(context, client, emptySnapshot(), evaluations, async (tx, deferred) => {
    snoozeDeferred(outcomes, deferred)
    await applyOutcomes(tx, context.portal.memberId, outcomes, context.clock())
  })
}
