import { recheckBindings } from '../../engine/recheck-bindings.ts'
import type { JobRegistry } from '../../queue/job.ts'
import { AWAIT_ACCESS, DELEGATE } from '../../store/delegations.ts'
import { CHECK_ACCESS, checkAccess } from './check-access.ts'
import { CHECK_PEOPLE, checkPeople } from './check-people.ts'
import { type DelegationParts, delegateAccess } from './delegate.ts'

/** The work about people's access: getting it, waiting for it, keeping it alive. */
export function accessJobs(parts: DelegationParts): JobRegistry {
  return {
    [DELEGATE]: { take: 5, job: delegateAccess(parts) },
    [CHECK_ACCESS]: { take: 1, job: checkAccess },
    [CHECK_PEOPLE]: { take: 1, job: checkPeople },
    [AWAIT_ACCESS]: { take: 40, job: recheckBindings },
  }
}
