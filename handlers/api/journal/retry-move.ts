import type { RetryBody } from '../../../lib/engine/move/retry-moves.ts'
import type { Services } from '../../../lib/services.ts'
import { ApiError } from '../../http/api-error.ts'
import { readId } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { decisionOf, doForEntry } from './entry-job.ts'

/** `POST /api/journal/:id/retry`: decides once more about an item whose move failed, with everything as it is now. */
export function retryMove(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { memberId } = session.portal
    const decisionId = readId(request)
    const row = await decisionOf(services, memberId, decisionId)
    if (row.outcome !== 'failed' || row.item_id === 0) {
      throw new ApiError('conflict', { message: { key: 'errors.not-failed' } })
    }
    if (row.move_from !== null && !(await standsAt(services, memberId, row, row.move_from))) {
      throw new ApiError('conflict', { message: { key: 'errors.item-elsewhere' } })
    }
    const body: RetryBody = { decisionId, byHand: true }
    await doForEntry(services, session, response, { kind: 'retry-move', decisionId, body })
  }
}

async function standsAt(
  { clients }: Services,
  portal: string,
  { entity_type_id: entityTypeId, item_id: id }: { entity_type_id: number; item_id: number },
  stageId: string,
): Promise<boolean> {
  const client = await clients.asReader(portal, 'page')
  const params = { entityTypeId, filter: { id }, select: ['id', 'stageId'], start: -1 }
  const { result } = await client.call('crm.item.list', params)
  return (result as { items?: { stageId?: unknown }[] }).items?.[0]?.stageId === stageId
}
