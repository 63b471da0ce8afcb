import { mayGuess } from '../domain/probe.ts'
import type { Job } from '../queue/job.ts'
import { applyOutcomes, type JobOutcomes, snoozeDeferred } from '../queue/job-outcomes.ts'
import { findOccurrence } from '../store/occurrences.ts'
import { listEnabledOfIds } from '../store/triggers.ts'
import { applyDecisions } from './apply.ts'
import type { JobContext } from './context.ts'
import type { Evaluation, RecheckBody } from './decide/evaluation.ts'
import { fetchSnapshot } from './snapshot/fetch.ts'

/**
 * Job `look`: nothing of a trigger's item type was bound yet; are there bindings now (`triggers.md`, "Which items move", 2)?
 * Job `await-access`: one item waited for somebody's access, which is there now, or does not come.
 */
export async function recheckBindings(context: JobContext, jobs: Job<RecheckBody>[]): Promise<void> {
  const waiting = new Set(jobs.flatMap(({ data }) => data.triggers.map(({ id }) => id)))
  const enabled = await listEnabledOfIds(context.db, context.portal.memberId, [...waiting])
  const evaluations: Evaluation[] = []
  for (const row of jobs) {
    const body = row.data
    const occurrence = await findOccurrence(context.db, context.portal.memberId, body.key)
    if (occurrence === null) continue
    const isEnabled = ({ id }: { id: string }) => enabled.some((trigger) => trigger.id === id)
    evaluations.push({
      occurrence,
      triggers: enabled.filter((trigger) => body.triggers.some(({ id }) => id === trigger.id)),
      filtered: [],
      gone: body.triggers.filter((trigger) => !isEnabled(trigger)),
      attempt: body.looks,
      tries: body.only ? row.attempts : (body.tries ?? 0),
      ...(body.only && { only: body.only }),
      ...(body.byHand && { byHand: true }),
      ...(body.awaitsUntil && { awaitsUntil: body.awaitsUntil }),
      jobId: row.id,
    })
  }
  const triggers = evaluations.flatMap((evaluation) => evaluation.triggers)
  const client = await context.clients.asReader(context.portal.memberId, 'work')
  const snapshot = await fetchSnapshot(client, {
    activities: [],
    bindings: evaluations.flatMap(({ occurrence, only }) => (only ? [] : (occurrence.origin.activityId ?? []))),
    calls: [],
    entityTypeIds: [...new Set(triggers.map(({ entityTypeId }) => entityTypeId))],
    pipelines: triggers,
    guess: mayGuess(context.portal.probe),
  })
  const outcomes: JobOutcomes = new Map(jobs.map(({ id }) => [id, { state: 'done', reason: 'looked' }]))
  await applyDecisions(context, client, snapshot, evaluations, async (tx, deferred) => {
    snoozeDeferred(outcomes, deferred)
    await applyOutcomes(tx, context.portal.memberId, outcomes, context.clock())
  })
}
