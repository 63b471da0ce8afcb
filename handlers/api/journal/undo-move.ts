import type { UndoBody, UndoOutcome } from '../../../lib/engine/move/undo-moves.ts'
import type { Services } from '../../../lib/services.ts'
import { ApiError } from '../../http/api-error.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { decisionOf, doForEntry } from './entry-job.ts'

/** `POST /api/journal/:id/undo`: the item goes back to where it stood, under the name of the person who clicks. */
export function undoMove(services: Services): SessionHandler {
  return async (session, request, response) => {
    const decisionId = readId(request)
    const row = await decisionOf(services, session.portal.memberId, decisionId)
    if (row.outcome !== 'moved' || row.undone_at !== null) {
      throw new ApiError('conflict', { message: { key: 'errors.not-moved' } })
    }
    const body: UndoBody = { decisionId, userId: session.user.userId }
    const outcome = await doForEntry(services, session, response, { kind: 'undo-move', decisionId, body })
    if (outcome !== null) refuse(outcome as UndoOutcome)
  }
}

function refuse(outcome: UndoOutcome): void {
  if (outcome === 'elsewhere') throw new ApiError('conflict', { message: { key: 'errors.item-elsewhere' } })
  if (outcome === 'stage-gone') throw new ApiError('conflict', { message: { key: 'errors.stage-gone' } })
  if (outcome === 'no-rights') throw new ApiError('forbidden', { message: { key: 'errors.move-no-rights' } })
  if (outcome === 'no-access') throw new ApiError('unauthorized')
  if (outcome === 'portal-error') throw new ApiError('portal-unavailable')
}
