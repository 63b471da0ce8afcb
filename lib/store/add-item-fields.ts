import type { Db } from './database.ts'
import { type ItemField, itemFieldRow, ROWS_AT_ONCE } from './item-field.ts'

/** Keeps fields that were never seen; those that were stay as they are. */
export async function addItemFields(db: Db, portal: string, fields: ItemField[]): Promise<void> {
  for (let start = 0; start < fields.length; start += ROWS_AT_ONCE) {
    await db
      .insertInto('item_field')
      .values(fields.slice(start, start + ROWS_AT_ONCE).map((field) => itemFieldRow(portal, field)))
      .onConflict((c) => c.doNothing())
      .execute()
  }
}
