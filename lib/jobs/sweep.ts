import { z } from 'zod'
import type { Job, Round } from '../engine/job.ts'
import { ask } from '../engine/read.ts'
import { PortalError } from '../portal/errors.ts'
import type { CommandResult } from '../portal/types.ts'
import { addWork, type NewWork } from '../store/add-work.ts'
import { findCursor } from '../store/find-cursor.ts'
import { finishWork } from '../store/finish-work.ts'
import { listEnabledTriggers } from '../store/list-enabled-triggers.ts'
import { listHeard } from '../store/list-heard.ts'
import { postponeWork } from '../store/postpone-work.ts'
import { storeCursor } from '../store/store-cursor.ts'
import type { ReadyTrigger } from '../triggers/trigger.ts'
import { type Cursor, type SweepList, sweepLists, type Trace } from './sweep-lists.ts'

export const SWEEP = 'sweep'

/** Rows of a list command; pages of each list in a request while there is much to catch up with. */
const PAGE = 50
const PAGES = 10

/** What happened longer ago moves nothing any more (`triggers.md`, `stale`). */
const OLDEST_MS = 24 * 3600 * 1000

/** Changes may show a little later than their time says: the last of them are read again. */
const OVERLAP_MS = 60_000

/** Something so young may still be on its way to us as an event. */
const YOUNG_MS = 10_000

const cursorSchema = z.object({ id: z.number(), since: z.string(), skip: z.number(), at: z.string() })

/** A list, how far it is read, and what its next pages hold. */
type Reading = { list: SweepList; cursor: Cursor; traces: Trace[]; isFull: boolean }

/**
 * Job `sweep`: looks for happenings whose events did not come, in the lists where they leave traces, one packed request for each turn.
 * What no notice told of becomes a notice of ours, which goes the way of all others with source `sweep`: known occurrences are not
 * counted again, and what is too old is `stale`.
 */
export function sweep(everySeconds: number): Job {
  const youngMs = Math.min(YOUNG_MS, everySeconds * 1000)
  return async (round, rows) => {
    const [row, ...others] = rows
    if (!row) return
    const triggers = await listEnabledTriggers(round.db, round.portal.memberId)
    const { pages = 1 } = JSON.parse(row.body) as { pages?: number }
    const { readings, refused } = await readLists(round, triggers, pages)
    const missed = await withoutHeard(
      round,
      readings.flatMap(({ traces }) => traces),
      youngMs,
    )
    const isMore = readings.some(({ isFull }) => isFull)
    await round.commit(async (tx) => {
      const now = round.clock()
      const { memberId } = round.portal
      await addWork(
        tx,
        missed.map((one) => noticeOf(memberId, one, now)),
        now,
      )
      for (const reading of readings) {
        const next = { ...nextCursor(reading, now, youngMs), at: now.toISOString() }
        await storeCursor(tx, memberId, reading.list.name, JSON.stringify(next))
      }
      await storeCursor(tx, memberId, SWEEP, JSON.stringify({ at: now.toISOString(), found: missed.length, refused }))
      await finishWork(
        tx,
        others.map(({ id }) => id),
        'swept',
        now,
      )
      if (isMore) await postponeWork(tx, [row.id], { dueAt: now, reason: 'more-to-ask', body: { pages: PAGES } }, now)
      else await finishWork(tx, [row.id], 'swept', now)
    })
    if (missed.length > 0)
      round.log.info({ portal: round.portal.memberId, missed: missed.length }, 'Events did not come')
  }
}

/** One request for all lists. A list that the portal refuses to show is left out: the status page tells which. */
async function readLists(
  round: Round,
  triggers: readonly ReadyTrigger[],
  pages: number,
): Promise<{ readings: Reading[]; refused: Record<string, string> }> {
  const lists = sweepLists(triggers, round.portal.scope)
  if (lists.length === 0) return { readings: [], refused: {} }
  const begin = beginning(triggers, round.clock())
  const cursors = await Promise.all(lists.map(({ name }) => cursorOf(round, name, begin)))
  const commands = lists.flatMap((list, index) =>
    Array.from({ length: pages }, (_, page) => {
      const cursor = cursors[index] ?? { id: 0, since: begin, skip: 0 }
      return [`list_${index}_${page}`, list.command(cursor, cursor.skip + page * PAGE)] as const
    }),
  )
  const client = await round.clients.asReader(round.portal.memberId, 'work')
  const answers = await ask(client, Object.fromEntries(commands))
  const refused: Record<string, string> = {}
  const readings = lists.flatMap((list, index): Reading[] => {
    const of = Array.from({ length: pages }, (_, page) => answers[`list_${index}_${page}`])
    const code = refusal(of)
    if (code !== null) {
      refused[list.name] = code
      return []
    }
    const traces = of.map((answer) => (answer?.ok ? list.traces(answer.result) : []))
    const cursor = cursors[index] ?? { id: 0, since: begin, skip: 0 }
    return [{ list, cursor, traces: traces.flat(), isFull: (traces.at(-1)?.length ?? 0) >= PAGE }]
  })
  return { readings, refused }
}

/** What can be tried again is thrown; a refusal for good is its code. */
function refusal(answers: (CommandResult | undefined)[]): string | null {
  for (const answer of answers) {
    if (answer === undefined || answer.ok) continue
    if (answer.error instanceof PortalError && !answer.error.retriable) return answer.error.code
    throw answer.error
  }
  return null
}

/** Nothing is looked for that is older than a day, or than all triggers. */
function beginning(triggers: readonly ReadyTrigger[], now: Date): string {
  const readyAt = Math.min(...triggers.map((trigger) => Date.parse(trigger.readyAt))) - OVERLAP_MS
  return new Date(Math.max(readyAt, now.getTime() - OLDEST_MS)).toISOString()
}

/** A list that was not read since the beginning is read from there. */
async function cursorOf({ db, portal }: Round, name: string, begin: string): Promise<Cursor> {
  const kept = await findCursor(db, portal.memberId, name)
  const cursor = cursorSchema.safeParse(kept === null ? null : JSON.parse(kept)).data
  if (cursor === undefined || cursor.at < begin) return { id: 0, since: begin, skip: 0 }
  return cursor
}

/** What we did not hear of, each once. */
async function withoutHeard(round: Round, traces: readonly Trace[], youngMs: number): Promise<Missed[]> {
  const subjects = [...new Set(traces.flatMap((trace) => trace.subjects))]
  const heard = await listHeard(round.db, round.portal.memberId, subjects)
  const now = round.clock().getTime()
  const missed = new Map<string, Missed>()
  for (const trace of traces) {
    const until = trace.subjects
      .flatMap((subject) => heard.get(subject) ?? [])
      .sort()
      .at(-1)
    const isHeard = until !== undefined && (trace.at === null || seconds(until) >= seconds(trace.at))
    if (isHeard || isYoung(trace, now, youngMs)) continue
    missed.set(trace.subjects.join(), { trace, isKnown: until !== undefined })
  }
  return [...missed.values()]
}

type Missed = { trace: Trace; isKnown: boolean }

/** The portals' clocks are not ours: what lies in the future is not young, but of a clock that goes wrong. */
function isYoung({ at }: Trace, now: number, youngMs: number): boolean {
  if (at === null) return false
  const age = now - Date.parse(at)
  return age < youngMs && age > -OVERLAP_MS
}

/** Portals write whole seconds. */
function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}

function noticeOf(portal: string, { trace, isKnown }: Missed, now: Date): NewWork {
  const { event, data } = trace.hints[isKnown ? 1 : 0]
  const body = { event, data, ts: null, source: SWEEP, swept: trace.at ?? now.toISOString() }
  const subject = trace.subjects[isKnown ? trace.subjects.length - 1 : 0] ?? event
  return { portal, kind: 'notice', subject, body, dueAt: now }
}

/** Where the next reading begins. */
function nextCursor({ list, cursor, traces, isFull }: Reading, now: Date, youngMs: number): Cursor {
  if (list.by === 'id') return { id: Math.max(cursor.id, ...traces.map(({ id }) => id)), since: cursor.since, skip: 0 }
  const last = traces.at(-1)?.at ?? null
  if (last === null) return { ...cursor, skip: 0 }
  if (isFull) {
    // Rows of one moment may fill more than a request.
    return last > cursor.since ? { id: 0, since: last, skip: 0 } : { ...cursor, skip: cursor.skip + traces.length }
  }
  const young = traces.find((trace) => isYoung(trace, now.getTime(), youngMs))?.at ?? last
  const since = new Date(Math.min(Date.parse(last) - OVERLAP_MS, Date.parse(young))).toISOString()
  return { id: 0, since: since > cursor.since ? since : cursor.since, skip: 0 }
}
