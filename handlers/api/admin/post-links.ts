import { z } from 'zod'
import { largestId } from '../../../lib/domain/ids.ts'
import { isAtLeast } from '../../../lib/domain/role.ts'
import { recordMadeLink } from '../../../lib/jobs/record-made-link.ts'
import { isTarget, linkAddress } from '../../../lib/links.ts'
import type { Services } from '../../../lib/services.ts'
import { ApiError } from '../../http/api-error.ts'
import { readBody } from '../../http/read-input.ts'
import type { SessionHandler } from '../../http/session.ts'
import { readItem } from '../directory/read-item.ts'

const id = z.int().min(1).max(largestId)

export const bodySchema = z.strictObject({ entityTypeId: id, itemId: id, target: z.string().trim() })

/** `POST /api/links`: a tracked link for one item, for managers and the item's responsible person. */
export function postLinks(services: Services): SessionHandler {
  return async (session, request, response) => {
    const { entityTypeId, itemId, target } = readBody(bodySchema, request)
    if (!isTarget(target)) throw new ApiError('invalid', { faults: { target: { key: 'invalid.url' } } })
    const item = await readItem(services, session, { entityTypeId, id: itemId })
    const mayLink = isAtLeast(session.role, 'manager') || item.assignedById === session.user.userId
    if (!mayLink) throw new ApiError('forbidden')
    const { publicLinkUrl, linkKeys } = services.config
    const link = { portal: session.portal.memberId, entityTypeId, itemId, target }
    if (services.stoppedLinks.has(link))
      throw new ApiError('invalid', { faults: { target: { key: 'invalid.stopped' } } })
    const url = linkAddress(publicLinkUrl, linkKeys, link)
    await recordMadeLink(services, link.portal, { address: url, target })
    response.status(201).json({ url })
  }
}
