import type { Db } from './database.ts'

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
