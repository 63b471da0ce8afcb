import type { Job } from '../lib/queue/job.ts'
import type { Stagecue } from '../lib/services.ts'
import { finishWork } from '../lib/store/jobs.ts'
import { putRobot } from './robot.ts'

export const REBIND_ROBOT = 'rebind-robot'

/** Job `rebind-robot`: the automation rule is there again, after a new version of the app. What people have set up goes on then. */
export function rebindRobot({ config, log }: Pick<Stagecue, 'config' | 'log'>): Job {
  return async (round, rows) => {
    const { portal } = round
    const put = await putRobot(() => round.clients.asReader(portal.memberId, 'work'), portal, config.publicUrl)
    if (put.outcome === 'refused') {
      log.warn({ portal: portal.memberId, code: put.error.code }, 'The portal does not take the automation rule')
    }
    const ids = rows.map(({ id }) => id)
    await round.commit((tx) => finishWork(tx, ids, put.outcome, round.clock()))
  }
}
