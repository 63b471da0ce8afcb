import { AccessRevokedError, PortalError } from '../../bitrix24/errors/errors.ts'
import type { JobContext } from '../../engine/context.ts'
import { completeJobs, type JobRow } from '../../store/jobs.ts'

/**
 * Does the work of a row. Where the portal refuses for good what it asks, the row ends with the code: it is no poison, and nobody can mend it by
 * trying it again. What passes is thrown.
 */
export async function endIfRefused(context: JobContext, row: JobRow, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof PortalError) || error.retriable || error instanceof AccessRevokedError) throw error
    context.log.warn(
      { portal: context.portal.memberId, type: row.type, code: error.code, advice: error.advice },
      'The portal refuses what a round asks for',
    )
    await context.commit((tx) => completeJobs(tx, [row], error.code, context.clock()))
  }
}
