import type { KindCode } from '../triggers/kind.ts'
import type { Db } from './database.ts'
import type { OpenIntent } from './intent.ts'

/** Moves that were recorded and are not settled, by id. */
export async function findOpenIntents(db: Db, portal: string, ids: number[]): Promise<OpenIntent[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('intent')
    .selectAll()
    .where('portal', '=', portal)
    .where('state', '=', 'open')
    .where('id', 'in', ids)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    occurrenceKey: row.occurrence_key,
    kind: row.kind as KindCode,
    trigger: { id: String(row.trigger_id), name: row.trigger_name },
    item: { entityTypeId: row.entity_type_id, id: row.item_id, title: row.item_title },
    categoryId: row.category_id,
    move: {
      from: row.from_stage,
      to: row.to_stage,
      userId: row.user_id,
      ...(row.on_behalf_of === null ? {} : { onBehalfOf: row.on_behalf_of }),
    },
    movedTime: row.moved_time,
    ifNoAccess: row.if_no_access,
    begunAt: row.begun_at,
    unknownCalls: row.unknown_calls,
  }))
}
