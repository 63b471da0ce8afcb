import { ask } from '../../../lib/bitrix24/client/batches.ts'
import { PAGE_ROWS } from '../../../lib/bitrix24/client/page-sizes.ts'
import type { PortalClient } from '../../../lib/bitrix24/client/portal-clients.ts'
import type { Command } from '../../../lib/bitrix24/client/rest.ts'
import { COMPANY, CONTACT } from '../../../lib/domain/entity-types.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import { rowsOf } from '../../../lib/domain/php-values.ts'
import type { Services } from '../../../lib/services.ts'
import type { ClientRefs } from '../../../lib/store/erase-client.ts'
import { listTriggers } from '../../../lib/store/triggers.ts'

/**
 * What is kept of a client is kept by items and activities, and only the portal knows whose they are: items of the types that triggers move, and the
 * activities that are bound to them or to the client. Throws `PortalError` when the portal does not tell.
 */
export async function findClientRefs({ db, clients }: Services, portal: string, client: Ref): Promise<ClientRefs> {
  const reader = await clients.asReader(portal, 'page')
  const types = [...new Set((await listTriggers(db, portal)).map(({ entityTypeId }) => entityTypeId))]
  const refs = [client, ...(await itemsOf(reader, client, types))]
  const lists = refs.map((ref) => (last: number) => activityList(ref, last))
  const activityIds = (await idsInAll(reader, lists, (result) => rowsOf(result).map(({ ID }) => Number(ID)))).flat()
  return { refs, activityIds: [...new Set(activityIds)] }
}

/** None of what is itself an item. */
async function itemsOf(reader: PortalClient, { entityTypeId, id }: Ref, types: readonly number[]): Promise<Ref[]> {
  if (entityTypeId !== CONTACT && entityTypeId !== COMPANY) return []
  const field = entityTypeId === CONTACT ? 'contactId' : 'companyId'
  const lists = types.map((type) => (last: number) => itemList(type, { [field]: id }, last))
  const idsOf = (result: unknown) => rowsOf((result as { items?: unknown } | null)?.items).map((row) => Number(row.id))
  const found = await idsInAll(reader, lists, idsOf)
  return found.flatMap((ids, index) => ids.map((one) => ({ entityTypeId: types[index] ?? 0, id: one })))
}

function itemList(entityTypeId: number, filter: object, last: number): Command {
  const params = { entityTypeId, filter: { ...filter, '>id': last }, order: { id: 'ASC' }, select: ['id'], start: -1 }
  return { method: 'crm.item.list', params }
}

function activityList({ entityTypeId, id }: Ref, last: number): Command {
  const filter = { BINDINGS: [{ OWNER_TYPE_ID: entityTypeId, OWNER_ID: id }], '>ID': last }
  return { method: 'crm.activity.list', params: { filter, order: { ID: 'ASC' }, select: ['ID'], start: -1 } }
}

/** All ids of lists that are walked by id, for each list; the next pages of all of them in one request. */
async function idsInAll(
  reader: PortalClient,
  lists: readonly ((last: number) => Command)[],
  idsOf: (result: unknown) => number[],
): Promise<number[][]> {
  const found = lists.map((): number[] => [])
  let open = lists.map((_, index) => index)
  while (open.length > 0) {
    const commands = open.flatMap((index) => {
      const list = lists[index]
      return list === undefined ? [] : [[`list_${index}`, list(found[index]?.at(-1) ?? 0)] as const]
    })
    const answers = await ask(reader, Object.fromEntries(commands))
    open = open.filter((index) => {
      const answer = answers[`list_${index}`]
      if (answer?.ok === false) throw answer.error
      const last = found[index]?.at(-1) ?? 0
      const ids = idsOf(answer?.result).filter((id) => id > last)
      found[index]?.push(...ids)
      return ids.length >= PAGE_ROWS
    })
  }
  return found
}
