import type { Selectable } from 'kysely'
import type { Db } from './database.ts'
import type { OccurrenceTable } from './schema.ts'

export type FilteredFilter = {
  kind?: string | undefined
  /** When we heard of it, ISO 8601 UTC, both included. */
  from: string
  to?: string | undefined
  /** Only this one and what comes after it in the list. */
  start?: { heardAt: string; key: string } | undefined
}

/** Occurrences that some trigger's own fields ruled out, newest first. `filtered` holds the ids of those triggers. */
export async function listFiltered(
  db: Db,
  portal: string,
  filter: FilteredFilter,
  limit: number,
): Promise<Selectable<OccurrenceTable>[]> {
  let query = db
    .selectFrom('occurrence')
    .selectAll()
    .where('portal', '=', portal)
    .where('heard_at', '>=', filter.from)
    .where('filtered', '<>', '[]')
  const { kind, to, start } = filter
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (to !== undefined) query = query.where('heard_at', '<=', to)
  if (start !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('heard_at', '<', start.heardAt),
        eb.and([eb('heard_at', '=', start.heardAt), eb('key', '>=', start.key)]),
      ]),
    )
  }
  return query.orderBy('heard_at', 'desc').orderBy('key').limit(limit).execute()
}
