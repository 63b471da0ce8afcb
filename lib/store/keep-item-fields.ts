import type { Db } from './database.ts'
import { type ItemField, itemFieldRow } from './item-field.ts'

/** Keeps how fields were seen now, in place of how they were seen before. */
export async function keepItemFields(db: Db, portal: string, fields: ItemField[]): Promise<void> {
  if (fields.length === 0) return
  await db
    .insertInto('item_field')
    .values(fields.map((field) => itemFieldRow(portal, field)))
    .onConflict((c) =>
      c.columns(['portal', 'entity_type_id', 'item_id', 'field']).doUpdateSet((eb) => ({
        category_id: eb.ref('excluded.category_id'),
        hash: eb.ref('excluded.hash'),
        changed_at: eb.ref('excluded.changed_at'),
        nth: eb.ref('excluded.nth'),
      })),
    )
    .execute()
}
