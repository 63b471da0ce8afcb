import { AccessDead, PortalError } from '../../bitrix24/errors/errors.ts'
import type { Round } from '../../queue/job.ts'
import { finishWork, type WorkRow } from '../../store/jobs.ts'

/**
 * Does the work of a row. Where the portal refuses for good what it asks, the row ends with the code: it is no poison, and nobody can mend it by
 * trying it again. What passes is thrown.
 */
export async function endIfRefused(round: Round, row: WorkRow, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof PortalError) || error.retriable || error instanceof AccessDead) throw error
    round.log.warn(
      { portal: round.portal.memberId, kind: row.kind, code: error.code, advice: error.advice },
      'The portal refuses what a round asks for',
    )
    await round.commit((tx) => finishWork(tx, [row.id], error.code, round.clock()))
  }
}
