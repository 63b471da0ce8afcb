import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Entry } from '../../../lib/domain/journal-entry.ts'
import type { Services } from '../../../lib/services.ts'
import type { Db } from '../../../lib/store/database.ts'
import { type FilteredFilter, listFiltered } from '../../../lib/store/occurrences.ts'
import type { OccurrenceTable } from '../../../lib/store/schema.ts'
import { listTriggerNames } from '../../../lib/store/triggers.ts'
import { decodeCursor, encodeCursor } from '../../http/cursor.ts'
import { lastDaysSince } from '../triggers/last-days.ts'
import { entryOfFiltered } from './entry-json.ts'
import type { JournalQuery } from './get-journal.ts'

/** An entry's place: an occurrence, and which of the triggers that it did not suit. */
const placeSchema = z.object({ heardAt: z.iso.datetime(), key: z.string().regex(/^\P{Cc}*$/u), index: z.int().min(0) })

type Place = z.output<typeof placeSchema>

type Found = { row: Selectable<OccurrenceTable>; triggerId: string; place: Place }

/** How many occurrences are read at a time: a few milliseconds' worth. */
const chunk = 1000

/**
 * A page of the journal with `reason=filter`: what triggers' own fields ruled out in the last 7 days. It has no item, outcome
 * or mover of its own, so a query that asks for one finds nothing.
 */
export async function filteredPage(
  { db, clock }: Services,
  portal: string,
  query: JournalQuery,
): Promise<{ entries: Entry[]; next: string | null }> {
  const { entityTypeId, itemId, userId, outcome, triggerId, kind, to, limit } = query
  const asksForMore = entityTypeId !== undefined || itemId !== undefined || userId !== undefined
  if (asksForMore || (outcome !== undefined && outcome !== 'skipped')) return { entries: [], next: null }
  const since = lastDaysSince(clock()).toISOString()
  const from = query.from !== undefined && query.from > since ? query.from : since
  const found: Found[] = []
  let next: string | null = null
  for await (const one of filteredFrom(
    db,
    portal,
    { kind, from, to, ofTrigger: triggerId === undefined ? undefined : String(triggerId) },
    decodeCursor(placeSchema, query.cursor),
  )) {
    if (found.length === limit) {
      next = encodeCursor(one.place)
      break
    }
    found.push(one)
  }
  const names = await listTriggerNames(db, portal, [...new Set(found.map((one) => one.triggerId))])
  const entries = found.map(({ row, triggerId: id }) => entryOfFiltered(row, { id, name: names.get(id) ?? '' }))
  return { entries, next }
}

/** What filters ruled out, one by one, from a place on. */
async function* filteredFrom(
  db: Db,
  portal: string,
  { ofTrigger, ...filter }: FilteredFilter & { ofTrigger: string | undefined },
  from: Place | undefined,
): AsyncGenerator<Found> {
  let start = from
  for (;;) {
    // SQLite answers within the event loop.
    await othersTurn()
    const rows = await listFiltered(db, portal, { ...filter, start }, chunk)
    for (const row of rows) {
      const isStart = start?.key === row.key && start.heardAt === row.heard_at
      const first: number = isStart && start ? start.index : 0
      for (const [index, triggerId] of (JSON.parse(row.filtered) as string[]).entries()) {
        if (index < first || (ofTrigger !== undefined && triggerId !== ofTrigger)) continue
        yield { row, triggerId, place: { heardAt: row.heard_at, key: row.key, index } }
      }
    }
    const last = rows.at(-1)
    if (!last || rows.length < chunk) return
    start = { heardAt: last.heard_at, key: last.key, index: Number.MAX_SAFE_INTEGER }
  }
}
