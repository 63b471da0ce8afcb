import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Origin, Ref } from '../../../lib/domain/occurrence.ts'
import type { Services } from '../../../lib/services.ts'
import { listFiltered } from '../../../lib/store/occurrences.ts'
import type { OccurrenceTable } from '../../../lib/store/schema.ts'
import type { Session } from '../../http/session.ts'
import { lastDaysSince } from '../triggers/last-days.ts'
import { activitiesOf } from './activities-of.ts'
import type { JournalFilter } from './journal-query.ts'

/** An entry's place: an occurrence, and which of the triggers that it did not suit. */
export const placeSchema = z.object({
  heardAt: z.iso.datetime(),
  key: z.string().regex(/^\P{Cc}*$/u),
  index: z.int().min(0),
})

export type Place = z.output<typeof placeSchema>

export type FoundFiltered = { row: Selectable<OccurrenceTable>; triggerId: string; place: Place }

/** How many occurrences are read at a time: a few milliseconds' worth. */
const chunk = 1000

/**
 * What triggers' own fields ruled out in the last 7 days, newest first, one by one from a place on. It has no outcome, mover or words of its
 * own, so a filter that asks for one finds nothing. Of an item it is what happened in the activities that the portal shows this
 * person with it, or to the item itself.
 */
export async function* filteredEvents(
  services: Services,
  session: Session,
  filter: JournalFilter,
  from: Place | undefined,
): AsyncGenerator<FoundFiltered> {
  const { entityTypeId, itemId, userId, outcome, search, triggerId, kind, to } = filter
  const isOfItem = entityTypeId !== undefined && itemId !== undefined
  const asksForMore = userId !== undefined || search !== undefined || (outcome !== undefined && outcome !== 'skipped')
  if (asksForMore || (!isOfItem && (entityTypeId ?? itemId) !== undefined)) return
  const belongs = isOfItem ? await belongsTo(services, session, { entityTypeId, id: itemId }) : () => true
  const wanted = triggerId === undefined ? undefined : String(triggerId)
  const since = lastDaysSince(services.clock()).toISOString()
  const times = { kind, from: filter.from !== undefined && filter.from > since ? filter.from : since, to }
  let start = from
  for (;;) {
    // SQLite answers within the event loop.
    await othersTurn()
    const rows = await listFiltered(services.db, session.portal.memberId, { ...times, start }, chunk)
    for (const row of rows) {
      const isStart = start?.key === row.key && start.heardAt === row.heard_at
      const first: number = isStart && start ? start.index : 0
      const triggers = belongs(JSON.parse(row.origin)) ? (JSON.parse(row.filtered) as string[]) : []
      for (const [index, id] of triggers.entries()) {
        if (index < first || (wanted !== undefined && id !== wanted)) continue
        yield { row, triggerId: id, place: { heardAt: row.heard_at, key: row.key, index } }
      }
    }
    const last = rows.at(-1)
    if (!last || rows.length < chunk) return
    start = { heardAt: last.heard_at, key: last.key, index: Number.MAX_SAFE_INTEGER }
  }
}

/** Did it happen in one of the item's activities, or to the item itself? */
async function belongsTo(services: Services, session: Session, item: Ref): Promise<(origin: Origin) => boolean> {
  const activities = await activitiesOf(services, session, item)
  return ({ activityId, refs }) =>
    (activityId !== null && activities.has(activityId)) ||
    refs.some(({ entityTypeId, id }) => entityTypeId === item.entityTypeId && id === item.id)
}
