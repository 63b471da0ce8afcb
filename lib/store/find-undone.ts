import type { Db } from './database.ts'

/** Items (`entityTypeId:id`) whose move for this occurrence a person has undone; nothing else of it moves them. */
export async function findUndone(db: Db, portal: string, occurrenceKeys: string[]): Promise<Set<string>> {
  if (occurrenceKeys.length === 0) return new Set()
  const rows = await db
    .selectFrom('decision')
    .select(['occurrence_key', 'entity_type_id', 'item_id'])
    .where('portal', '=', portal)
    .where('occurrence_key', 'in', occurrenceKeys)
    .where('undone_at', 'is not', null)
    .execute()
  return new Set(rows.map((row) => `${row.occurrence_key} ${row.entity_type_id}:${row.item_id}`))
}
