import type { Db } from './database.ts'
import type { Ref } from './occurrence.ts'

/** How often Stagecue moved these items, or set out to, since then; keys are `entityTypeId:id`. For the loop guard. */
export async function countRecentMoves(
  db: Db,
  portal: string,
  items: Ref[],
  since: Date,
): Promise<Map<string, number>> {
  if (items.length === 0) return new Map()
  const rows = await db
    .selectFrom('intent')
    .leftJoin('decision', (join) =>
      join
        .onRef('decision.portal', '=', 'intent.portal')
        .onRef('decision.occurrence_key', '=', 'intent.occurrence_key')
        .onRef('decision.trigger_id', '=', 'intent.trigger_id')
        .onRef('decision.entity_type_id', '=', 'intent.entity_type_id')
        .onRef('decision.item_id', '=', 'intent.item_id'),
    )
    .select((eb) => ['intent.entity_type_id', 'intent.item_id', eb.fn.countAll<number>().as('moves')])
    .where('intent.portal', '=', portal)
    .where('intent.begun_at', '>=', since.toISOString())
    .where('intent.item_id', 'in', [...new Set(items.map((item) => item.id))])
    .where((eb) => eb.or([eb('intent.state', '=', 'open'), eb('decision.outcome', '=', 'moved')]))
    .groupBy(['intent.entity_type_id', 'intent.item_id'])
    .execute()
  return new Map(rows.map((row) => [`${row.entity_type_id}:${row.item_id}`, Number(row.moves)]))
}
