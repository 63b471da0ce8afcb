import { z } from 'zod'
import { STALE_AFTER_MS } from '../engine/decide/guard.ts'
import type { Round } from '../engine/job.ts'
import { findCursor } from '../store/find-cursor.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import type { Cursor, SweepList, Trace } from './sweep-lists.ts'

/** Changes may show a little later than their time says: the last of them are read again. */
const OVERLAP_MS = 60_000

const cursorSchema = z.object({ id: z.number(), since: z.string(), skip: z.number(), at: z.string() })

/** A list, from where it was read, and what its next pages hold. */
export type ListReading = {
  list: SweepList
  cursor: Cursor
  traces: Trace[]
  isFull: boolean
  /** When the first of them that is too young to be missed changed. */
  young: string | null
}

/** Nothing is looked for that moves nothing any more, or that is older than all triggers. */
export function beginning(triggers: readonly ReadyTrigger[], now: Date): string {
  const readyAt = Math.min(...triggers.map((trigger) => Date.parse(trigger.readyAt))) - OVERLAP_MS
  return new Date(Math.max(readyAt, now.getTime() - STALE_AFTER_MS)).toISOString()
}

/** How far a list was read; one that was not read since the beginning is read from there. */
export async function cursorOf({ db, portal }: Round, name: string, begin: string): Promise<Cursor> {
  const kept = await findCursor(db, portal.memberId, name)
  const cursor = cursorSchema.safeParse(kept === null ? null : JSON.parse(kept)).data
  return cursor === undefined || cursor.at < begin ? { id: 0, since: begin, skip: 0 } : cursor
}

/**
 * Its event may still be on its way to us. The portals' clocks are not ours: what lies in the future is not young, but of a clock that
 * goes wrong.
 */
export function isYoung({ at }: Trace, now: Date, youngMs: number): boolean {
  if (at === null) return false
  const age = now.getTime() - Date.parse(at)
  return age < youngMs && age > -OVERLAP_MS
}

/** There may be more behind these pages that is worth asking for at once. */
export function isMore({ list, isFull, young }: ListReading): boolean {
  return isFull && (list.by === 'id' || young === null)
}

/** Where the next reading begins: behind what was read, but by time never behind what is young. */
export function nextCursor({ list, cursor, traces, isFull, young }: ListReading): Cursor {
  if (list.by === 'id') return { id: Math.max(cursor.id, ...traces.map(({ id }) => id)), since: cursor.since, skip: 0 }
  const last = traces.at(-1)?.at ?? null
  if (last === null) return { ...cursor, skip: 0 }
  if (isFull && young === null) {
    // Rows of one moment may fill more than a request.
    return last > cursor.since ? { id: 0, since: last, skip: 0 } : { ...cursor, skip: cursor.skip + traces.length }
  }
  const since = new Date(Math.min(Date.parse(last) - OVERLAP_MS, Date.parse(young ?? last))).toISOString()
  return { id: 0, since: since > cursor.since ? since : cursor.since, skip: 0 }
}
