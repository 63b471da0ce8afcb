import { appInstalled } from '../lib/jobs/lifecycle/app-installed.ts'
import { appUninstalled } from '../lib/jobs/lifecycle/app-uninstalled.ts'
import { CHECK_NEW_SUBSCRIPTIONS, CHECK_SUBSCRIPTIONS } from '../lib/jobs/lifecycle/check-work.ts'
import { ERASE_UNINSTALLED, eraseUninstalled } from '../lib/jobs/lifecycle/erase-uninstalled.ts'
import { testJobs } from '../lib/jobs/lifecycle/webhook-ping.ts'
import type { JobRegistry } from '../lib/queue/job.ts'
import type { Services } from '../lib/services.ts'
import { checkSubscriptions } from './check-subscriptions.ts'
import { REBIND_EVENTS, rebindJob } from './rebind-events.ts'
import { REBIND_PLACEMENTS, rebindPlacements } from './rebind-placements.ts'
import { REBIND_ROBOT, rebindRobot } from './rebind-robot.ts'

/** The work that the app's own life in a portal and changes of its triggers make, for the worker. */
export function lifecycleJobs(
  parts: Pick<Services, 'config' | 'db' | 'clock' | 'sealer' | 'clients' | 'log'>,
): JobRegistry {
  return {
    'app-installed': { take: 5, behind: true, job: appInstalled(parts) },
    'app-updated': { take: 5, behind: true, job: appInstalled(parts) },
    [REBIND_EVENTS]: { take: 40, job: rebindJob(parts) },
    [REBIND_PLACEMENTS]: { take: 5, job: rebindPlacements(parts) },
    [REBIND_ROBOT]: { take: 5, job: rebindRobot(parts) },
    [CHECK_NEW_SUBSCRIPTIONS]: { take: 1, job: checkSubscriptions(parts) },
    [CHECK_SUBSCRIPTIONS]: { take: 5, job: checkSubscriptions(parts) },
    ...testJobs(parts.config),
    'app-uninstalled': { take: 5, behind: true, job: appUninstalled(parts) },
    [ERASE_UNINSTALLED]: { take: 1, job: eraseUninstalled(parts) },
  }
}
