import { ForbiddenError, NotFoundError, RejectedError } from '../../../lib/bitrix24/errors/errors.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import { type Item, parseItem } from '../../../lib/engine/sources/item/item.ts'
import type { Services } from '../../../lib/services.ts'
import { ApiError } from '../../http/api-error.ts'
import type { Session } from '../../http/session.ts'

/**
 * The item as this person sees it: the portal is asked with the person's own access; 404 when it does not show the item, or the item has
 * no stage.
 */
export async function readItem(
  services: Services,
  { portal, user }: Session,
  { entityTypeId, id }: Ref,
): Promise<Item> {
  const client = await services.clients.as(portal.memberId, user.userId, 'page')
  try {
    const { result } = await client.call('crm.item.get', { entityTypeId, id })
    const item = parseItem(entityTypeId, (result as { item?: unknown } | null)?.item)
    if (item && item.stageId !== '') return item
  } catch (error) {
    const isRefusal =
      error instanceof ForbiddenError || error instanceof NotFoundError || error instanceof RejectedError
    if (!isRefusal) throw error
  }
  throw new ApiError('not-found')
}
