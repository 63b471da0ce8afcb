import type { NewJob } from '../../store/jobs.ts'
import { newProbeJob } from '../lifecycle/probe.ts'
import { REBIND_PLACEMENTS } from './rebind-placements.ts'
import { REBIND_ROBOT } from './rebind-robot.ts'
import { pingJob } from './webhook-ping.ts'

/**
 * A new version of the app may have taken its buttons and tabs away, and takes its automation rule (`platform.md` 1.2, 5.10). It may have
 * another application_token, too, which a test event brings. What this portal does is found out anew.
 */
export function putBackJobs(portal: string, now: Date): NewJob[] {
  const ours = [REBIND_PLACEMENTS, REBIND_ROBOT].map((kind) => ({
    portal,
    type: kind,
    dedupKey: 'version',
    dueAt: now,
  }))
  return [...ours, pingJob(portal, now), newProbeJob(portal, now)]
}
