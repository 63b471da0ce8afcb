import type { Db } from './database.ts'
import type { Ref } from './occurrence.ts'

/** An item that an occurrence has moved or is about to move, and by which trigger. */
export type Taken = { occurrenceKey: string; item: Ref; triggerId: string }

/** Items that these occurrences have taken so far. */
export async function findTaken(db: Db, portal: string, occurrenceKeys: string[]): Promise<Taken[]> {
  if (occurrenceKeys.length === 0) return []
  const rows = await db
    .selectFrom('intent')
    .select(['occurrence_key', 'entity_type_id', 'item_id', 'trigger_id'])
    .where('portal', '=', portal)
    .where('occurrence_key', 'in', occurrenceKeys)
    .execute()
  return rows.map((row) => ({
    occurrenceKey: row.occurrence_key,
    item: { entityTypeId: row.entity_type_id, id: row.item_id },
    triggerId: String(row.trigger_id),
  }))
}
