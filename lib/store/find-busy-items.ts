import type { Db } from './database.ts'
import type { Ref } from './occurrence.ts'

/**
 * Items (`entityTypeId:id`) with a move whose outcome is not known yet, and its target: nothing is decided about them until it
 * is settled.
 */
export async function findBusyItems(db: Db, portal: string, items: Ref[]): Promise<Map<string, string>> {
  if (items.length === 0) return new Map()
  const rows = await db
    .selectFrom('intent')
    .select(['entity_type_id', 'item_id', 'to_stage'])
    .where('portal', '=', portal)
    .where('state', '=', 'open')
    .where('item_id', 'in', [...new Set(items.map((item) => item.id))])
    .execute()
  return new Map(rows.map((row) => [`${row.entity_type_id}:${row.item_id}`, row.to_stage]))
}
