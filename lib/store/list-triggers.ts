import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { Db } from './database.ts'
import { triggerFromRow } from './trigger-row.ts'

/** The portal's triggers, the one made first in front; `categoryId: null` asks for types with one pipeline. */
export async function listTriggers(
  db: Db,
  portal: string,
  { entityTypeId, categoryId }: { entityTypeId?: number | undefined; categoryId?: number | null | undefined } = {},
): Promise<ReadyTrigger[]> {
  let query = db.selectFrom('trigger').selectAll().where('portal', '=', portal)
  if (entityTypeId !== undefined) query = query.where('entity_type_id', '=', entityTypeId)
  if (categoryId !== undefined) {
    query = categoryId === null ? query.where('category_id', 'is', null) : query.where('category_id', '=', categoryId)
  }
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map(triggerFromRow)
}
