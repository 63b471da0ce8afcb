import type { Selectable } from 'kysely'
import type { Ref } from './occurrence.ts'
import type { ItemFieldTable } from './schema.ts'

/** How a watched field of an item was last seen. */
export type ItemField = {
  item: Ref
  /** The pipeline in which the item stood then; `null` where the type has one only. */
  categoryId: number | null
  field: string
  hash: string
  /** The item's `updatedTime` when the last change of this field was counted, and which one it was in that second. */
  changedAt: string | null
  nth: number
}

export function itemFieldRow(portal: string, { item, categoryId, field, hash, changedAt, nth }: ItemField) {
  const place = { entity_type_id: item.entityTypeId, item_id: item.id, category_id: categoryId }
  return { portal, ...place, field, hash, changed_at: changedAt, nth }
}

export function itemFieldFromRow(row: Selectable<ItemFieldTable>): ItemField {
  return {
    item: { entityTypeId: row.entity_type_id, id: row.item_id },
    categoryId: row.category_id,
    field: row.field,
    hash: row.hash,
    changedAt: row.changed_at,
    nth: row.nth,
  }
}

/** So many rows go into one statement: SQLite takes 32766 values. */
export const ROWS_AT_ONCE = 2000
