import { putRobot } from '../../../install/robot.ts'
import type { JobHandler } from '../../engine/context.ts'
import type { Services } from '../../services.ts'
import { completeJobs } from '../../store/jobs.ts'

export const REBIND_ROBOT = 'rebind-robot' as const

/** Job `rebind-robot`: the automation rule is there again, after a new version of the app. What people have set up goes on then. */
export function rebindRobot({ config, log }: Pick<Services, 'config' | 'log'>): JobHandler {
  return async (context, rows) => {
    const { portal } = context
    const put = await putRobot(() => context.clients.asReader(portal.memberId, 'work'), portal, config.publicUrl)
    if (put.outcome === 'refused') {
      log.warn({ portal: portal.memberId, code: put.error.code }, 'The portal does not take the automation rule')
    }
    await context.commit((tx) => completeJobs(tx, rows, put.outcome, context.clock()))
  }
}
