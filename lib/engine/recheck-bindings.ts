import { mayGuess } from '../domain/probe.ts'
import type { Round } from '../queue/job.ts'
import { deferRows, type Fates, settleRows } from '../queue/job-outcomes.ts'
import type { WorkRow } from '../store/jobs.ts'
import { findOccurrence } from '../store/occurrences.ts'
import { listEnabledTriggers } from '../store/triggers.ts'
import { workOff } from './apply.ts'
import type { Case, LookBody } from './decide/evaluation.ts'
import { read } from './snapshot/fetch.ts'

/**
 * Job `look`: nothing of a trigger's item type was bound yet; are there bindings now (`triggers.md`, "Which items move", 2)?
 * Job `await-access`: one item waited for somebody's access, which is there now, or does not come.
 */
export async function lookAgain(round: Round, rows: WorkRow[]): Promise<void> {
  const enabled = await listEnabledTriggers(round.db, round.portal.memberId)
  const cases: Case[] = []
  for (const row of rows) {
    const body: LookBody = JSON.parse(row.body)
    const occurrence = await findOccurrence(round.db, round.portal.memberId, body.key)
    if (occurrence === null) continue
    const isEnabled = ({ id }: { id: string }) => enabled.some((trigger) => trigger.id === id)
    cases.push({
      occurrence,
      triggers: enabled.filter((trigger) => body.triggers.some(({ id }) => id === trigger.id)),
      filtered: [],
      gone: body.triggers.filter((trigger) => !isEnabled(trigger)),
      looks: body.looks,
      tries: body.only ? row.attempts : (body.tries ?? 0),
      ...(body.only && { only: body.only }),
      ...(body.byHand && { byHand: true }),
      ...(body.awaitsUntil && { awaitsUntil: body.awaitsUntil }),
      workId: row.id,
    })
  }
  const triggers = cases.flatMap((caseOf) => caseOf.triggers)
  const client = await round.clients.asReader(round.portal.memberId, 'work')
  const reading = await read(client, {
    activities: [],
    bindings: cases.flatMap(({ occurrence, only }) => (only ? [] : (occurrence.origin.activityId ?? []))),
    calls: [],
    entityTypeIds: [...new Set(triggers.map(({ entityTypeId }) => entityTypeId))],
    pipelines: triggers,
    guess: mayGuess(round.portal.probe),
  })
  const fates: Fates = new Map(rows.map(({ id }) => [id, { state: 'done', reason: 'looked' }]))
  await workOff(round, client, reading, cases, async (tx, deferred) => {
    deferRows(fates, deferred)
    await settleRows(tx, fates, round.clock())
  })
}
