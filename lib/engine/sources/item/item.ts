import { z } from 'zod'
import type { Command, Params } from '../../../bitrix24/client/rest.ts'
import { phpList } from '../../../bitrix24/php-list.ts'
import { COMPANY, CONTACT, hasPipelines } from '../../../domain/entity-types.ts'
import type { Ref } from '../../../domain/occurrence.ts'
import { idText } from '../../../domain/portal-texts.ts'

/** An item as the portal shows it now. */
export type Item = Ref & {
  /** Empty where the type has no stages, or none any more. */
  stageId: string
  /** `null` where the type has one pipeline (leads, estimates). */
  categoryId: number | null
  assignedById: number
  createdTime: string
  /** The portal's own time of the last change of stage, where the type has it. */
  movedTime: string | null
  /** Its contacts and company; null: the portal does not tell. */
  clients: readonly Ref[] | null
}

/** What is asked of an item; everything that guards compare. */
const itemSelect = [
  'id',
  'stageId',
  'categoryId',
  'assignedById',
  'createdTime',
  'movedTime',
  'contactIds',
  'companyId',
]

const itemSchema = z.object({
  id: z.coerce.number().int().positive(),
  stageId: idText.nullish(),
  categoryId: z.coerce.number().int().nullish(),
  assignedById: z.coerce.number().int().nullish(),
  createdTime: idText.nullish(),
  movedTime: idText.nullish(),
  contactIds: z.array(z.coerce.number().int()).nullish().catch(null),
  companyId: z.coerce.number().int().nullish().catch(null),
})

/** Reads a row of `crm.item.list` or `crm.item.update`; null when it is no item. */
export function parseItem(entityTypeId: number, row: unknown): Item | null {
  const parsed = itemSchema.safeParse(row)
  if (!parsed.success) return null
  const { id, stageId, categoryId, assignedById, createdTime, movedTime, contactIds, companyId } = parsed.data
  return {
    entityTypeId,
    id,
    stageId: stageId ?? '',
    // Where there is one pipeline the portal may say anything.
    categoryId: hasPipelines(entityTypeId) ? (categoryId ?? 0) : null,
    assignedById: assignedById ?? 0,
    createdTime: createdTime ?? '',
    movedTime: movedTime ?? null,
    clients: contactIds ? clientsOf(contactIds, companyId ?? 0) : null,
  }
}

function clientsOf(contactIds: readonly number[], companyId: number): Ref[] {
  const refs = [...contactIds.map((id) => ({ entityTypeId: CONTACT, id })), { entityTypeId: COMPANY, id: companyId }]
  return refs.filter(({ id }) => id > 0)
}

/** `crm.item.list` of one type with what the guards compare, and more if wanted. */
export function listItems(
  entityTypeId: number,
  filter: Params,
  order: Params = { id: 'ASC' },
  more: readonly string[] = [],
): Command {
  const select = [...new Set([...itemSelect, ...more])]
  return { method: 'crm.item.list', params: { entityTypeId, select, filter, order, start: -1 } }
}

/** Rows of `crm.item.list` and its like; null: that is no such list. */
export function itemRows(result: unknown): unknown[] | null {
  return phpList((result as { items?: unknown } | null)?.items)
}
