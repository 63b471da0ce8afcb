import type { Round } from '../../queue/job.ts'
import { deferRows, type Fates, settleRows } from '../../queue/job-outcomes.ts'
import { findDecision } from '../../store/decisions.ts'
import type { WorkRow } from '../../store/jobs.ts'
import { findOccurrence } from '../../store/occurrences.ts'
import { listEnabledTriggers } from '../../store/triggers.ts'
import { workOff } from '../apply.ts'
import type { Case } from '../decide/evaluation.ts'
import { emptyReading } from '../snapshot/snapshot.ts'

/** What a row of kind `retry-move` says: which failed decision is tried again, and whether a person asked for it. */
export type RetryBody = { decisionId: number; byHand: boolean }

/** Job `retry-move`: decides once more about one item, with everything as it is now; the journal's entry is replaced. */
export async function retryMoves(round: Round, rows: WorkRow[]): Promise<void> {
  const { memberId } = round.portal
  const enabled = await listEnabledTriggers(round.db, memberId)
  const cases: Case[] = []
  for (const row of rows) {
    const { decisionId, byHand }: RetryBody = JSON.parse(row.body)
    const decision = await findDecision(round.db, memberId, decisionId)
    if (decision?.outcome !== 'failed' || decision.item === null) continue
    const occurrence = await findOccurrence(round.db, memberId, decision.occurrenceKey)
    if (occurrence === null) continue
    const triggers = enabled.filter((trigger) => trigger.id === decision.trigger.id)
    const looks = round.timing.lateBindingSeconds.length
    const { entityTypeId, id } = decision.item
    const gone = triggers.length === 0 ? [decision.trigger] : []
    const only = { entityTypeId, id }
    cases.push({ occurrence, triggers, filtered: [], gone, only, byHand, looks, tries: row.attempts, workId: row.id })
  }
  const client = await round.clients.asReader(memberId, 'work')
  const fates: Fates = new Map(rows.map(({ id }) => [id, { state: 'done', reason: 'retried' }]))
  await workOff(round, client, emptyReading(), cases, async (tx, deferred) => {
    deferRows(fates, deferred)
    await settleRows(tx, fates, round.clock())
  })
}
