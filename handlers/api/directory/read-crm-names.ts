import { z } from 'zod'
import type { PortalClient } from '../../../lib/bitrix24/client/portal-clients.ts'
import { PortalError } from '../../../lib/bitrix24/errors/errors.ts'
import type { Client, CrmNames } from '../../../lib/domain/crm-names.ts'
import { COMPANY, CONTACT, LEAD, refKey } from '../../../lib/domain/entity-types.ts'
import type { Ref } from '../../../lib/domain/occurrence.ts'
import { rowsOf } from '../../../lib/domain/php-values.ts'

const id = z.coerce.number().int().positive()
const text = z.string().nullish()

const itemSchema = z.object({
  id,
  title: text,
  name: text,
  lastName: text,
  stageId: text,
  categoryId: z.coerce.number().nullish(),
  contactId: z.coerce.number().nullish(),
  companyId: z.coerce.number().nullish(),
})
type ItemRow = z.output<typeof itemSchema>

const activitySchema = z.object({
  ID: id,
  OWNER_ID: id.optional().catch(undefined),
  OWNER_TYPE_ID: id.optional().catch(undefined),
})
const communicationSchema = z.object({ TYPE: text, VALUE: text, ENTITY_ID: id, ENTITY_TYPE_ID: id })

const clientTypes = [CONTACT, COMPANY, LEAD]
/** Of those that have a name rather than a title. */
const select = ['id', 'title', 'name', 'lastName', 'stageId', 'categoryId', 'contactId', 'companyId']

/** Items and activities as this person sees them, in one request; their clients in a second. What is refused is left out. */
export async function readCrmNames(
  connect: () => Promise<PortalClient>,
  { items, activities }: { items: readonly Ref[]; activities: readonly number[] },
): Promise<CrmNames> {
  if (items.length + activities.length === 0) return { items: {}, activities: {} }
  try {
    const client = await connect()
    const first = await readRows(client, items, activities)
    const found = first.activities.map((row) => ({ id: row.ID, ...activityOf(row) }))
    const clients = [...found.flatMap(({ client }) => client ?? []), ...[...first.items.values()].flatMap(clientOf)]
    const unread = clients.filter((ref) => !first.items.has(refKey(ref)))
    const second = unread.length > 0 ? await readRows(client, unread, []) : { items: new Map() }
    const rows = new Map([...first.items, ...second.items])
    const nameOf = (ref: Ref | undefined): Client | null => {
      const title = ref && titleOf(rows.get(refKey(ref)))
      return ref && title ? { ...ref, name: title } : null
    }
    return {
      items: Object.fromEntries(
        [...first.items].map(([key, row]) => [
          key,
          {
            title: titleOf(row),
            stageId: row.stageId ?? '',
            categoryId: row.categoryId ?? null,
            client: nameOf(clientOf(row)[0]),
          },
        ]),
      ),
      activities: Object.fromEntries(
        found.map(({ id, client, address, owner }) => [String(id), { client: nameOf(client), address, owner }]),
      ),
    }
  } catch (error) {
    // Without an access of this person, or without the portal, there are no names.
    if (error instanceof PortalError) return { items: {}, activities: {} }
    throw error
  }
}

async function readRows(client: PortalClient, items: readonly Ref[], activities: readonly number[]) {
  const byType = Map.groupBy(items, ({ entityTypeId }) => entityTypeId)
  const lists = [...byType].slice(0, 49).map(([entityTypeId, refs]) => {
    const filter = { '@id': [...new Set(refs.map((ref) => ref.id))] }
    return [
      `items_${entityTypeId}`,
      { method: 'crm.item.list', params: { entityTypeId, select, filter, start: -1 } },
    ] as const
  })
  const activityList = {
    method: 'crm.activity.list',
    params: {
      filter: { ID: [...activities] },
      select: ['ID', 'OWNER_ID', 'OWNER_TYPE_ID', 'COMMUNICATIONS'],
      start: -1,
    },
  }
  const { results } = await client.batch({
    ...Object.fromEntries(lists),
    ...(activities.length > 0 ? { activities: activityList } : {}),
  })
  const found = new Map<string, ItemRow>()
  for (const [name] of lists) {
    const answer = results[name]
    const entityTypeId = Number(name.slice('items_'.length))
    const rows = answer?.ok ? rowsOf((answer.result as { items?: unknown } | null)?.items) : []
    for (const row of rows.flatMap((one) => itemSchema.safeParse(one).data ?? [])) {
      found.set(refKey({ entityTypeId, id: row.id }), row)
    }
  }
  const answer = results.activities
  return { items: found, activities: answer?.ok ? rowsOf(answer.result).flatMap(activityRow) : [] }
}

type ActivityRow = z.output<typeof activitySchema> & { communications: z.output<typeof communicationSchema>[] }

function activityRow(row: Record<string, unknown>): ActivityRow[] {
  const activity = activitySchema.safeParse(row).data
  if (!activity) return []
  const communications = rowsOf(row.COMMUNICATIONS).flatMap((one) => communicationSchema.safeParse(one).data ?? [])
  return [{ ...activity, communications }]
}

function activityOf({ communications, OWNER_ID, OWNER_TYPE_ID }: ActivityRow) {
  const owner = OWNER_ID && OWNER_TYPE_ID ? { entityTypeId: OWNER_TYPE_ID, id: OWNER_ID } : null
  const [first] = communications.filter(({ ENTITY_TYPE_ID }) => clientTypes.includes(ENTITY_TYPE_ID))
  const isOwner = owner !== null && clientTypes.includes(owner.entityTypeId)
  const client = first ? { entityTypeId: first.ENTITY_TYPE_ID, id: first.ENTITY_ID } : isOwner ? owner : undefined
  const named = communications.find(({ TYPE }) => TYPE === 'PHONE' || TYPE === 'EMAIL')
  return { client, address: named?.VALUE || null, owner }
}

function clientOf({ contactId, companyId }: ItemRow): Ref[] {
  if (contactId) return [{ entityTypeId: CONTACT, id: contactId }]
  return companyId ? [{ entityTypeId: COMPANY, id: companyId }] : []
}

function titleOf(row: ItemRow | undefined): string {
  if (!row) return ''
  const name = [row.name, row.lastName].filter((part) => part).join(' ')
  return name || row.title || ''
}
