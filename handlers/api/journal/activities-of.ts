import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import { rowsOf } from '../../../lib/domain/php-values.ts'
import type { Services } from '../../../lib/services.ts'
import type { Session } from '../../http/session.ts'

/** The newest activities that are looked for: 200, in one request. */
const pages = 4
const rowsPerPage = 50

/** Ids of an item's newest activities, as this person sees them; none where the portal shows none. Throws when it cannot be asked now. */
export async function activitiesOf(
  { clients }: Services,
  { portal, user }: Session,
  { entityTypeId, id }: Ref,
): Promise<ReadonlySet<number>> {
  const filter = { BINDINGS: [{ OWNER_TYPE_ID: entityTypeId, OWNER_ID: id }] }
  const commands = Array.from({ length: pages }, (_, page) => {
    const params = { filter, select: ['ID'], order: { ID: 'DESC' }, start: page * rowsPerPage }
    return [`page_${page}`, { method: 'crm.activity.list', params }] as const
  })
  const client = await clients.as(portal.memberId, user.userId, 'page')
  const { results } = await client.batch(Object.fromEntries(commands))
  const rows = Object.values(results).flatMap((answer) => {
    if (answer.ok) return rowsOf(answer.result)
    if (answer.error instanceof PortalError && answer.error.retriable) throw answer.error
    return []
  })
  return new Set(rows.map(({ ID }) => Number(ID)))
}
