import type { Selectable } from 'kysely'
import type { Ref } from '../domain/occurrence.ts'
import type { Db } from './database.ts'
import { partsOf } from './parts-of.ts'
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
  sequence: number
}

function itemFieldRow(portal: string, { item, categoryId, field, hash, changedAt, sequence }: ItemField) {
  const place = { entity_type_id: item.entityTypeId, item_id: item.id, category_id: categoryId }
  return { portal, ...place, field, hash, changed_at: changedAt, nth: sequence }
}

function itemFieldFromRow(row: Selectable<ItemFieldTable>): ItemField {
  return {
    item: { entityTypeId: row.entity_type_id, id: row.item_id },
    categoryId: row.category_id,
    field: row.field,
    hash: row.hash,
    changedAt: row.changed_at,
    sequence: row.nth,
  }
}

/** So many rows go into one statement: SQLite takes 32766 values. */
const ROWS_AT_ONCE = 2000

/** Keeps fields that were never seen; those that were stay as they are. */
export async function addItemFields(db: Db, portal: string, fields: ItemField[]): Promise<void> {
  for (const some of partsOf(fields, ROWS_AT_ONCE)) {
    await db
      .insertInto('item_field')
      .values(some.map((field) => itemFieldRow(portal, field)))
      .onConflict((c) => c.doNothing())
      .execute()
  }
}

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

/** Keeps how fields were seen now, in place of how they were seen before. */
export async function upsertItemFields(db: Db, portal: string, fields: ItemField[]): Promise<void> {
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

/** Stagecue itself moved these items: where their stage is watched, the new one is no change to be found. `hash` is the new stage's. */
export async function suppressOwnChanges(
  db: Db,
  portal: string,
  moved: readonly { item: Ref; hash: string }[],
): Promise<void> {
  for (const { item, hash } of moved) {
    await db
      .updateTable('item_field')
      .set({ hash })
      .where('portal', '=', portal)
      .where('entity_type_id', '=', item.entityTypeId)
      .where('item_id', '=', item.id)
      .where('field', '=', 'stageId')
      .execute()
  }
}

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

/** Forgets how these fields were seen in all items of a pipeline: nobody watches them there. */
export async function forgetPipelineFields(
  db: Db,
  portal: string,
  { entityTypeId, categoryId, fields }: { entityTypeId: number; categoryId: number | null; fields: string[] },
): Promise<void> {
  if (fields.length === 0) return
  await db
    .deleteFrom('item_field')
    .where('portal', '=', portal)
    .where('entity_type_id', '=', entityTypeId)
    .where('category_id', categoryId === null ? 'is' : '=', categoryId)
    .where('field', 'in', fields)
    .execute()
}
