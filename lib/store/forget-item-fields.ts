import type { Db } from './database.ts'
import type { Ref } from './occurrence.ts'

/** Forgets fields of items that are watched no longer: the item left the pipeline, or is gone. */
export async function forgetItemFields(db: Db, portal: string, fields: { item: Ref; field: string }[]): Promise<void> {
  for (const { item, field } of fields) {
    await db
      .deleteFrom('item_field')
      .where('portal', '=', portal)
      .where('entity_type_id', '=', item.entityTypeId)
      .where('item_id', '=', item.id)
      .where('field', '=', field)
      .execute()
  }
}
