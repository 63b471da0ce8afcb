import { z } from 'zod'
import { rowsOf } from '../../domain/php-values.ts'
import { ask } from '../client/batches.ts'
import { reference } from '../client/command.ts'
import type { PortalClient } from '../client/portal-clients.ts'
import { NotFoundError, PortalError } from '../errors/errors.ts'
import { phpList } from '../php-list.ts'
import { type DirectoryAnswer, missingBy, optional } from './answer.ts'
import { byTitle, type Entry } from './entry.ts'
import { parseStages } from './stages.ts'

/** A field of a type of item; `options`: what it may hold, where it is a list of its own; `statusType`: where it is one of CRM's lists. */
export type ItemField = Entry &
  Readonly<{ type: string; isMultiple: boolean; options: readonly Entry[]; statusType: string | null }>

const optionSchema = z.object({ ID: z.coerce.string(), VALUE: z.coerce.string() })
const fieldSchema = z.object({
  title: z.string().nullish().catch(null),
  type: z.string().catch(''),
  isMultiple: z.boolean().catch(false),
  items: z.unknown().optional(),
  statusType: z.string().nullish().catch(null),
})

/** The type of telephones and addresses of an item: lists never return them (`platform.md` 5.6). */
export const MULTIFIELD = 'crm_multifield'

/** Fields of Bitrix24's own hold a `user`, fields that an administrator added an `employee`. */
export function isPersonType(type: string | undefined): boolean {
  return type === 'user' || type === 'employee'
}

/** Reads the answer of `crm.item.fields` (`platform.md` 5.6). */
export function parseItemFields(result: unknown): ItemField[] {
  const fields = Object.entries((result as { fields?: object } | null)?.fields ?? {})
  return fields.flatMap(([id, field]) => {
    const { data } = fieldSchema.safeParse(field)
    if (!data) return []
    const options = (phpList(data.items) ?? []).flatMap((item) => optionSchema.safeParse(item).data ?? [])
    const entries = options.map(({ ID, VALUE }) => ({ id: ID, title: VALUE }))
    const { type, isMultiple, statusType = null } = data
    return [{ id, title: data.title ?? id, type, isMultiple, options: entries, statusType }]
  })
}

/**
 * The fields of a type of item under their names in `crm.item.*`, those that hold an entry of CRM's lists with its entries as options; none
 * where there is no such type.
 */
export async function readItemFields(
  client: PortalClient,
  entityTypeId: number,
): Promise<DirectoryAnswer<ItemField[]>> {
  try {
    const { result } = await client.call('crm.item.fields', { entityTypeId })
    return { ok: true, value: byTitle(await withStatuses(client, parseItemFields(result))) }
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    return error instanceof NotFoundError
      ? { ok: true, value: [] }
      : { ok: false, missing: missingBy(error, 'crm', 'crm.read') }
  }
}

/** Stages are no options: they are those of the item's pipeline. */
const STAGE = /^(previousS|s)tageId$/

async function withStatuses(client: PortalClient, fields: readonly ItemField[]): Promise<ItemField[]> {
  const listOf = ({ id, statusType }: ItemField) => (STAGE.test(id) ? null : statusType)
  const ids = [...new Set(fields.flatMap((field) => listOf(field) ?? []))]
  const answers = await ask(
    client,
    Object.fromEntries(
      ids.map((ENTITY_ID) => {
        const params = { filter: { ENTITY_ID }, order: { SORT: 'ASC' } }
        return [ENTITY_ID, { method: 'crm.status.list', params }] as const
      }),
    ),
  )
  return fields.map((field) => {
    const list = optional(answers[listOf(field) ?? ''])
    const options = parseStages(rowsOf(list)).map(({ stageId, title }) => ({ id: stageId, title }))
    return options.length > 0 ? { ...field, options } : field
  })
}

/**
 * Which of these fields come back when items are listed; a change of any other cannot be seen, such as that of telephones and e-mails. One item
 * is looked at; null: there is none, or nobody may say.
 */
export async function readListedFields(
  client: PortalClient,
  entityTypeId: number,
  names: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const list = (select: readonly string[], more: object) => {
    const params = { entityTypeId, select, order: { id: 'DESC' }, start: -1, ...more }
    return { method: 'crm.item.list', params }
  }
  const { results } = await client.batch({
    newest: list(['id'], {}),
    item: list(['id', ...names], { filter: { '@id': [reference('newest', 'items', 0, 'id')] } }),
  })
  const rows = results.item?.ok ? phpList((results.item.result as { items?: unknown } | null)?.items) : null
  const [row] = rows ?? []
  return typeof row === 'object' && row !== null ? new Set(Object.keys(row)) : null
}
