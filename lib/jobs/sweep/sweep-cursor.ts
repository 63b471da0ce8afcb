import { z } from 'zod'
import type { Settings } from '../../domain/portal.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { JobContext } from '../../engine/context.ts'
import { staleAfterMs } from '../../engine/decide/guard.ts'
import { type Place, placeSchema, type Row } from '../../engine/sources/sweep-list.ts'
import { findCursor } from '../../store/cursors.ts'

/** Changes may show a little later than their time says: the last of them are read again. */
const OVERLAP_MS = 60_000

const cursorSchema = z.object({
  /** Rows of a list by id are known up to this one; null: where it begins is to be found out first. */
  id: z.number().nullable(),
  /** Rows that last changed before this moment are known. */
  since: z.string(),
  /** A reading from the newest row down that has not come to its end. */
  down: z
    .object({
      /** What was read, so that it goes on: rows from the top, and the place of the last of them. */
      skip: z.number(),
      last: placeSchema,
      /** What will be known at its end. */
      id: z.number(),
      since: z.string(),
    })
    .nullable(),
  at: z.string(),
})

/** How far a list was read; `at`: by our clock, when. Times are ISO 8601 UTC. */
export type Cursor = z.output<typeof cursorSchema>

/** Nothing is looked for that moves nothing any more, or that is older than all triggers. */
export function startOfWindow(triggers: readonly ReadyTrigger[], settings: Settings, now: Date): string {
  const readyAt = Math.min(...triggers.map((trigger) => Date.parse(trigger.readyAt))) - OVERLAP_MS
  return new Date(Math.max(readyAt, now.getTime() - staleAfterMs(settings))).toISOString()
}

/** How far a list was read; one that was not read since the beginning is read from there. */
export async function cursorOf({ db, portal }: JobContext, name: string, begin: string): Promise<Cursor> {
  const kept = await findCursor(db, portal.memberId, name)
  const cursor = cursorSchema.safeParse(kept === null ? null : JSON.parse(kept)).data
  return cursor === undefined || cursor.at < begin ? { id: null, since: begin, down: null, at: begin } : cursor
}

/** What was asked for: how many rows, and which are too young, as their events may be on their way to us. */
export type Pages<R extends Row> = { rows: readonly R[]; wanted: number; isRecent: (row: R) => boolean }

/** What a request brought of a list: rows that are new to us, where the next one begins, and whether more is to be asked for at once. */
export type Step<R extends Row> = { found: R[]; cursor: Cursor; isMore: boolean }

/**
 * Up from the id that is known. Only rows behind it count, and only a request full of them is worth another one: so every further request
 * begins at a higher id, whatever the portal answers. What is young is left for the next round, with all that came after it.
 */
export function stepUp<R extends Row>(cursor: Cursor & { id: number }, { rows, wanted, isRecent }: Pages<R>): Step<R> {
  const fresh = unique(rows.filter(({ id }) => id > cursor.id)).sort((one, other) => one.id - other.id)
  const recent = fresh.findIndex(isRecent)
  const found = recent < 0 ? fresh : fresh.slice(0, recent)
  const id = found.at(-1)?.id ?? cursor.id
  return { found, cursor: { ...cursor, id }, isMore: recent < 0 && found.length >= wanted }
}

/**
 * Down from the newest row to what is known. Only rows behind the last one that was read count, and it ends where there are none, where
 * the rows end, or where they are older than what is looked for: so every further request comes further down, whatever the portal
 * answers. Between two requests rows may move up or down: the next begins a page earlier than this one ended.
 */
export function stepDown<R extends Row>(
  cursor: Cursor,
  { rows, wanted, isRecent }: Pages<R>,
  { placeOf, page }: { placeOf: (row: R) => Place; page: number },
): Step<R> {
  const { down, since } = cursor
  const fresh = unique(rows.filter((row) => down === null || isBehind(placeOf(row), down.last)))
  const recent = fresh.filter(isRecent)
  const found = fresh.filter((row) => row.at >= since && !isRecent(row))
  const known = {
    id: Math.min(down?.id ?? highest(fresh), ...recent.map(({ id }) => id - 1)),
    since: earliest([down?.since ?? newestBefore(fresh, since), ...recent.map(({ at }) => at)]),
  }
  const last = fresh.at(-1)
  if (last === undefined || unique(rows).length < wanted || last.at < since) {
    return { found, cursor: { ...cursor, ...endOf(known, cursor), down: null }, isMore: false }
  }
  const skip = (down?.skip ?? 0) + Math.max(wanted - page, 0)
  return { found, cursor: { ...cursor, down: { ...known, skip, last: placeOf(last) } }, isMore: true }
}

/** At its end. A list that shows nothing does not tell where it begins. */
function endOf(known: { id: number; since: string }, { id, since }: Cursor): Pick<Cursor, 'id' | 'since'> {
  return { id: known.id > 0 ? known.id : id, since: known.since > since ? known.since : since }
}

function newestBefore(rows: readonly Row[], otherwise: string): string {
  const [newest] = rows.map(({ at }) => at).sort((one, other) => other.localeCompare(one))
  return newest === undefined ? otherwise : new Date(Date.parse(newest) - OVERLAP_MS).toISOString()
}

function highest(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map(({ id }) => id))
}

function earliest(times: string[]): string {
  return times.sort()[0] ?? ''
}

/** Further down the list. */
function isBehind([at, id]: Place, [lastAt, lastId]: Place): boolean {
  return at < lastAt || (at === lastAt && id < lastId)
}

function unique<R extends Row>(rows: readonly R[]): R[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

/**
 * Its event may still be on its way to us. The portals' clocks are not ours: what lies in the future is not young, but of a clock that
 * goes wrong.
 */
export function isTooRecent({ at }: Row, now: Date, recentMs: number): boolean {
  const age = now.getTime() - Date.parse(at)
  return age < recentMs && age > -OVERLAP_MS
}
