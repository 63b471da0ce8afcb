import type { Job } from '../../queue/job.ts'
import { addAudit } from '../../store/audit.ts'
import { addTombstone, erasePortal, takeErasure } from '../../store/erasure.ts'
import { finishWork } from '../../store/jobs.ts'
import { askWitnesses } from '../access/ask-probed-users.ts'
import type { LifecycleParts } from './app-installed.ts'

export const ERASE_UNINSTALLED = 'erase-uninstalled'

/**
 * Job `erase-uninstalled`, when the date of an erasure has come: asks once more whoever is left to be asked. Somebody answers → the
 * uninstallation was not true; else every row of the portal goes, and a tombstone stays.
 */
export function eraseUninstalled({ sealer }: LifecycleParts): Job {
  return async (round, rows) => {
    const { memberId, eraseAt } = round.portal
    const now = round.clock()
    const ids = rows.map(({ id }) => id)
    const answers = eraseAt !== null && (await askWitnesses(round, { sealer, heardAt: eraseAt })) === 'answers'
    const isErased = await round.commit(async (tx) => {
      // Somebody may have opened the app meanwhile.
      const isDue = await takeErasure(tx, memberId, now)
      if (isDue && !answers) {
        await erasePortal(tx, memberId)
        await addTombstone(tx, memberId, { reason: 'uninstalled', detail: { due: eraseAt?.toISOString() } }, now)
        return true
      }
      await finishWork(tx, ids, answers ? 'still-installed' : 'lifted', now)
      if (answers) await addAudit(tx, memberId, { userId: null, action: 'uninstallation-ignored', detail: {} }, now)
      return false
    })
    if (isErased) round.log.warn({ portal: memberId }, 'Every row of a portal that uninstalled the app was erased')
    else round.log.warn({ portal: memberId, answers }, 'A portal that was to be erased is not: the app is there')
  }
}
