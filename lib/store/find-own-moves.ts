import type { Db } from './database.ts'
import type { Ref } from './occurrence.ts'

/** Where and when (ISO 8601 UTC, by our clock) Stagecue moved an item, or moved it back. */
export type OwnMove = { item: Ref; stageId: string; at: string }

/** Moves of these items that Stagecue made since, and those that were taken back. */
export async function findOwnMoves(db: Db, portal: string, items: readonly Ref[], since: string): Promise<OwnMove[]> {
  if (items.length === 0) return []
  const rows = await db
    .selectFrom('decision')
    .select(['entity_type_id', 'item_id', 'move_from', 'move_to', 'at', 'undone_at'])
    .where('portal', '=', portal)
    .where('outcome', '=', 'moved')
    .where('item_id', 'in', [...new Set(items.map(({ id }) => id))])
    .where((eb) => eb.or([eb('at', '>=', since), eb('undone_at', '>=', since)]))
    .execute()
  return rows.flatMap((row) => {
    const item = { entityTypeId: row.entity_type_id, id: row.item_id }
    const made = row.move_to === null ? [] : [{ item, stageId: row.move_to, at: row.at }]
    const undone =
      row.move_from === null || row.undone_at === null ? [] : [{ item, stageId: row.move_from, at: row.undone_at }]
    return [...made, ...undone]
  })
}
