import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { DecisionTable, OccurrenceTable, Outcome } from './schema.ts'

/** Which decisions are asked for; what is absent does not matter. */
export type DecisionFilter = {
  triggerId?: number | undefined
  kind?: string | undefined
  entityTypeId?: number | undefined
  itemId?: number | undefined
  outcome?: Outcome | undefined
  reason?: string | undefined
  /** Who moved, or on whose behalf. */
  userId?: number | undefined
  /** ISO 8601 UTC, both included. */
  from?: string | undefined
  to?: string | undefined
  /** Only those with a smaller id: the next page. */
  before?: number | undefined
  /** Only those with this id or a greater one. */
  atLeast?: number | null | undefined
}

/** A decision with what its occurrence says. */
export type DecisionRow = Selectable<DecisionTable> & {
  occurrence_at: OccurrenceTable['at'] | null
  source: OccurrenceTable['source'] | null
  occurrence_facts: OccurrenceTable['facts'] | null
}

/** Decisions of the portal, newest first. */
export async function listDecisions(
  db: Db,
  portal: string,
  filter: DecisionFilter,
  limit: number,
): Promise<DecisionRow[]> {
  let query = db
    .selectFrom('decision')
    .leftJoin('occurrence', (join) =>
      join.onRef('occurrence.portal', '=', 'decision.portal').onRef('occurrence.key', '=', 'decision.occurrence_key'),
    )
    .selectAll('decision')
    .select(['occurrence.at as occurrence_at', 'occurrence.source', 'occurrence.facts as occurrence_facts'])
    .where('decision.portal', '=', portal)
  const equal = [
    ['decision.trigger_id', filter.triggerId],
    ['decision.kind', filter.kind],
    ['decision.entity_type_id', filter.entityTypeId],
    ['decision.item_id', filter.itemId],
    ['decision.outcome', filter.outcome],
    ['decision.reason', filter.reason],
  ] as const
  for (const [column, value] of equal) if (value !== undefined) query = query.where(column, '=', value as never)
  const { userId, from, to, before, atLeast } = filter
  if (userId !== undefined) {
    query = query.where((eb) =>
      eb.or([eb('decision.move_user_id', '=', userId), eb('decision.on_behalf_of', '=', userId)]),
    )
  }
  if (from !== undefined) query = query.where('decision.at', '>=', from)
  if (to !== undefined) query = query.where('decision.at', '<=', to)
  if (before !== undefined) query = query.where('decision.id', '<', before)
  if (typeof atLeast === 'number') query = query.where('decision.id', '>=', atLeast)
  return query.orderBy('decision.id', 'desc').limit(limit).execute()
}
