import type { Jobs } from '../lib/engine/job.ts'
import { appInstalled } from '../lib/jobs/app-installed.ts'
import { appUninstalled } from '../lib/jobs/app-uninstalled.ts'
import { appUpdated } from '../lib/jobs/app-updated.ts'
import { CHECK_SUBSCRIPTIONS, testJobs } from '../lib/jobs/test-events.ts'
import type { Stagecue } from '../lib/wire.ts'
import { checkSubscriptions } from './check-subscriptions.ts'
import { REBIND_EVENTS, rebindEvents, rebindJob } from './rebind-events.ts'
import { REBIND_PLACEMENTS, rebindPlacements } from './rebind-placements.ts'

/** The work that the app's own life in a portal and changes of its triggers make, for the worker. */
export function lifecycleJobs(parts: Pick<Stagecue, 'config' | 'db' | 'clock' | 'sealer' | 'clients' | 'log'>): Jobs {
  return {
    'app-installed': { take: 5, job: appInstalled(parts) },
    'app-updated': { take: 5, job: appUpdated(parts, (portal) => rebindEvents(parts, portal)) },
    [REBIND_EVENTS]: { take: 40, job: rebindJob(parts) },
    [REBIND_PLACEMENTS]: { take: 5, job: rebindPlacements(parts) },
    [CHECK_SUBSCRIPTIONS]: { take: 5, job: checkSubscriptions(parts) },
    ...testJobs(parts.config),
    'app-uninstalled': { take: 5, job: appUninstalled(parts) },
  }
}
