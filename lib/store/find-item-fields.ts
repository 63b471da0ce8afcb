import type { Db } from './database.ts'
import { type ItemField, itemFieldFromRow } from './item-field.ts'
import type { Ref } from './occurrence.ts'

/** How the watched fields of these items were last seen. */
export async function findItemFields(db: Db, portal: string, items: Ref[]): Promise<ItemField[]> {
  if (items.length === 0) return []
  const rows = await db
    .selectFrom('item_field')
    .selectAll()
    .where('portal', '=', portal)
    .where('entity_type_id', 'in', [...new Set(items.map((item) => item.entityTypeId))])
    .where('item_id', 'in', [...new Set(items.map((item) => item.id))])
    .execute()
  return rows.map(itemFieldFromRow)
}
