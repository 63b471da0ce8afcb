import type { Job, Round } from '../engine/job.ts'
import { ask } from '../engine/read/read.ts'
import { PortalError } from '../portal/errors.ts'
import type { CommandResult } from '../portal/types.ts'
import { addWork, type NewWork } from '../store/add-work.ts'
import { finishWork } from '../store/finish-work.ts'
import { listEnabledTriggers } from '../store/list-enabled-triggers.ts'
import { listHeard } from '../store/list-heard.ts'
import { postponeWork } from '../store/postpone-work.ts'
import { storeCursor } from '../store/store-cursor.ts'
import { beginning, cursorOf, isMore, isYoung, type ListReading, nextCursor } from './sweep-cursor.ts'
import { type Cursor, type SweepList, sweepLists, type Trace } from './sweep-lists.ts'

export const SWEEP = 'sweep'

/** Rows of a list command; pages of each list in a request while there is much to catch up with. */
const PAGE = 50
const PAGES = 10

/** Something so young may still be on its way to us as an event. */
const YOUNG_MS = 10_000

/** What the portal showed. `refused`: lists that it does not show, with its code. */
type Sweep = { readings: ListReading[]; refused: Record<string, string> }

/** A trace that no notice told of; `isKnown`: an earlier state of the same thing was told. */
type Missed = { trace: Trace; isKnown: boolean }

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
    const { memberId } = round.portal
    const { pages = 1 } = JSON.parse(row.body) as { pages?: number }
    const { readings, refused } = await readLists(round, pages, youngMs)
    const missed = await withoutHeard(round, readings)
    await round.commit(async (tx) => {
      const now = round.clock()
      const notices = missed.map((one) => noticeOf(memberId, one, now))
      await addWork(tx, notices, now)
      for (const reading of readings) {
        const next = { ...nextCursor(reading), at: now.toISOString() }
        await storeCursor(tx, memberId, reading.list.name, JSON.stringify(next))
      }
      await storeCursor(tx, memberId, SWEEP, JSON.stringify({ at: now.toISOString(), found: missed.length, refused }))
      const done = readings.some(isMore) ? others : rows
      const ids = done.map(({ id }) => id)
      await finishWork(tx, ids, 'swept', now)
      const again = { dueAt: now, reason: 'more-to-ask', body: { pages: PAGES } }
      if (done !== rows) await postponeWork(tx, [row.id], again, now)
    })
    if (missed.length > 0) round.log.info({ portal: memberId, missed: missed.length }, 'Events did not come')
  }
}

/** One request for all lists. A list that the portal refuses to show is left out: the status page tells which. */
async function readLists(round: Round, pages: number, youngMs: number): Promise<Sweep> {
  const now = round.clock()
  const triggers = await listEnabledTriggers(round.db, round.portal.memberId)
  const lists = sweepLists(triggers, round.portal.scope)
  if (lists.length === 0) return { readings: [], refused: {} }
  const begin = beginning(triggers, now)
  const asked = await Promise.all(
    lists.map(async (list, index) => {
      const cursor = await cursorOf(round, list.name, begin)
      return { list, cursor, names: Array.from({ length: pages }, (_, page) => `list_${index}_${page}`) }
    }),
  )
  const commands = asked.flatMap(({ list, cursor, names }) =>
    names.map((name, page) => [name, list.command(cursor, cursor.skip + page * PAGE)] as const),
  )
  const client = await round.clients.asReader(round.portal.memberId, 'work')
  const answers = await ask(client, Object.fromEntries(commands))
  const refused: Record<string, string> = {}
  const readings = asked.flatMap(({ list, cursor, names }): ListReading[] => {
    const ofList = names.flatMap((name) => answers[name] ?? [])
    const code = refusal(ofList)
    if (code === null) return [readingOf(list, cursor, ofList, (trace) => isYoung(trace, now, youngMs))]
    refused[list.name] = code
    return []
  })
  return { readings, refused }
}

function readingOf(
  list: SweepList,
  cursor: Cursor,
  answers: CommandResult[],
  isYoung: (trace: Trace) => boolean,
): ListReading {
  const pages = answers.map((answer) => (answer.ok ? list.traces(answer.result) : []))
  const traces = pages.flat()
  const isFull = (pages.at(-1)?.length ?? 0) >= PAGE
  return { list, cursor, traces, isFull, young: traces.find(isYoung)?.at ?? null }
}

/** What can be tried again is thrown; a refusal for good is its code. */
function refusal(answers: CommandResult[]): string | null {
  for (const answer of answers) {
    if (answer.ok) continue
    if (answer.error instanceof PortalError && !answer.error.retriable) return answer.error.code
    throw answer.error
  }
  return null
}

/** What we did not hear of, each once; not yet what is young. */
async function withoutHeard(round: Round, readings: readonly ListReading[]): Promise<Missed[]> {
  const traces = readings.flatMap(({ traces, young }) =>
    traces.filter(({ at }) => young === null || at === null || at < young),
  )
  const subjects = [...new Set(traces.flatMap((trace) => trace.subjects))]
  const heard = await listHeard(round.db, round.portal.memberId, subjects)
  const missed = new Map<string, Missed>()
  for (const trace of traces) {
    const until = trace.subjects
      .flatMap((subject) => heard.get(subject) ?? [])
      .sort()
      .at(-1)
    if (until !== undefined && (trace.at === null || seconds(until) >= seconds(trace.at))) continue
    missed.set(trace.subjects.join(), { trace, isKnown: until !== undefined })
  }
  return [...missed.values()]
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
