import type { JobHandler } from '../../engine/context.ts'
import { addAudit } from '../../store/audit.ts'
import { addTombstone, claimErasure, erasePortal } from '../../store/erasure.ts'
import { completeJobs } from '../../store/jobs.ts'
import { askProbedUsers } from '../access/ask-probed-users.ts'
import type { LifecycleParts } from './app-installed.ts'

export const ERASE_UNINSTALLED = 'erase-uninstalled' as const

/**
 * Job `erase-uninstalled`, when the date of an erasure has come: asks once more whoever is left to be asked. Somebody answers → the
 * uninstallation was not true; else every row of the portal goes, and a tombstone stays.
 */
export function eraseUninstalled({ sealer }: LifecycleParts): JobHandler {
  return async (context, rows) => {
    const { memberId, eraseAt } = context.portal
    const now = context.clock()
    const answers = eraseAt !== null && (await askProbedUsers(context, { sealer, heardAt: eraseAt })) === 'answers'
    const isErased = await context.commit(async (tx) => {
      // Somebody may have opened the app meanwhile.
      const isDue = await claimErasure(tx, memberId, now)
      if (isDue && !answers) {
        await erasePortal(tx, memberId)
        await addTombstone(tx, memberId, { reason: 'uninstalled', detail: { due: eraseAt?.toISOString() } }, now)
        return true
      }
      await completeJobs(tx, rows, answers ? 'still-installed' : 'lifted', now)
      if (answers) await addAudit(tx, memberId, { userId: null, action: 'uninstallation-ignored', detail: {} }, now)
      return false
    })
    if (isErased) context.log.warn({ portal: memberId }, 'Every row of a portal that uninstalled the app was erased')
    else context.log.warn({ portal: memberId, answers }, 'A portal that was to be erased is not: the app is there')
  }
}
