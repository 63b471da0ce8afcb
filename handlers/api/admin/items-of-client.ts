import { rowsOf } from '../../../lib/bitrix24/directory/answer.ts'
import { COMPANY, CONTACT } from '../../../lib/domain/entity-types.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import type { Services } from '../../../lib/services.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'

const ROWS_PER_PAGE = 50

/**
 * What is kept of a contact or company is kept by items, and only the portal knows whose they are: all of the types that triggers move. Anything else
 * is itself. Throws `PortalError` when the portal does not tell.
 */
export async function itemsOfClient({ db, clients }: Services, portal: string, client: Ref): Promise<Ref[]> {
  if (client.entityTypeId !== CONTACT && client.entityTypeId !== COMPANY) return [client]
  const field = client.entityTypeId === CONTACT ? 'contactId' : 'companyId'
  const reader = await clients.asReader(portal, 'page')
  const types = new Set((await listTriggers(db, portal)).map(({ entityTypeId }) => entityTypeId))
  const found: Ref[] = [client]
  for (const entityTypeId of types) {
    for (let last = 0; ; ) {
      const filter = { [field]: client.id, '>id': last }
      const params = { entityTypeId, filter, order: { id: 'ASC' }, select: ['id'], start: -1 }
      const { result } = await reader.call('crm.item.list', params)
      const ids = rowsOf((result as { items?: unknown } | null)?.items).map(({ id }) => Number(id))
      found.push(...ids.map((id) => ({ entityTypeId, id })))
      last = ids.at(-1) ?? last
      if (ids.length < ROWS_PER_PAGE) break
    }
  }
  return found
}
