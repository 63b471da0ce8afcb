import { z } from 'zod'
import { ask } from '../../bitrix24/client/batches.ts'
import { PAGE_ROWS } from '../../bitrix24/client/page-sizes.ts'
import type { Command, CommandResult } from '../../bitrix24/client/rest.ts'
import type { PortalError } from '../../bitrix24/errors/errors.ts'
import type { JobContext, JobHandler } from '../../engine/context.ts'
import { sweepLists } from '../../engine/sources/index.ts'
import type { ChangeRow, SweepList } from '../../engine/sources/sweep-list.ts'
import { storeCursor } from '../../store/cursors.ts'
import { upsertItemFields } from '../../store/item-fields.ts'
import { completeJobs, enqueue, snoozeJobs } from '../../store/jobs.ts'
import { listEnabledTriggers } from '../../store/triggers.ts'
import { eventOfChange, withoutKnown } from './missed.ts'
import { recordMissedEvents } from './missed-events.ts'
import { missedStages } from './missed-stages.ts'
import { type Cursor, cursorOf, isTooRecent, type Step, startOfWindow, stepDown, stepUp } from './sweep-cursor.ts'

export const SWEEP = 'sweep' as const

/** Pages of a list in one request while there is much to catch up with. */
const PAGES = 10

/** So many requests in a row for one round; what is left then waits for the next one. */
const MOST_REQUESTS = 10

/** Something so young may still be on its way to us as an event. */
const RECENT_MS = 10_000

/** What a row of the job says while its round goes on: which request it is, of which lists there is more, and what the ones before found. */
/** How far the row's search has come. */
export const sweepBodySchema = z.object({
  request: z.number().default(1),
  lists: z.array(z.string()).nullable().default(null),
  found: z.number().default(0),
  /** Of them, those that an event should have told of: stage histories tell more than events. */
  untold: z.number().default(0),
  refused: z.record(z.string(), z.string()).default({}),
})

/** A list that was read. */
type ListRead = { list: SweepList } & Step<ChangeRow>

/** What a request showed. `refused`: lists that the portal does not show, with its code. */
type Sweep = { reads: ListRead[]; refused: Record<string, string> }

/**
 * Job `sweep`: looks for happenings whose events did not come, in the lists where they leave traces, one packed request for each turn.
 * What no event told of becomes an event of ours, which goes the way of all others with source `sweep`: known occurrences are not
 * counted again, and what is too old is `stale`.
 */
export function sweep(everySeconds: number): JobHandler<z.output<typeof sweepBodySchema>> {
  const recentMs = Math.min(RECENT_MS, everySeconds * 1000)
  return async (context, rows) => {
    const [row, ...others] = rows
    if (!row) return
    const { memberId } = context.portal
    const { request, lists, ...before } = row.data
    const { reads, ...sweep } = await readLists(context, { names: lists, pages: request === 1 ? 1 : PAGES, recentMs })
    const changes = reads.flatMap((read) => read.found)
    const missed = await withoutKnown(
      context,
      changes.filter(({ entered }) => entered?.as !== 'change'),
    )
    const stages = await missedStages(context, changes)
    const found = before.found + missed.length + stages.jobs.length
    const untold = before.untold + missed.filter(({ row }) => row.entered === undefined).length
    const refused = { ...before.refused, ...sweep.refused }
    const more = reads.filter(({ isMore }) => isMore).map(({ list }) => list.name)
    const isOver = more.length === 0 || request >= MOST_REQUESTS
    await context.commit(async (tx) => {
      const now = context.clock()
      const jobs = missed.map((one) => eventOfChange(memberId, one, now))
      await enqueue(tx, [...jobs, ...stages.jobs], now)
      await upsertItemFields(tx, memberId, stages.seen)
      for (const { list, cursor } of reads) {
        await storeCursor(tx, memberId, list.name, JSON.stringify({ ...cursor, at: now.toISOString() }))
      }
      await storeCursor(tx, memberId, SWEEP, JSON.stringify({ at: now.toISOString(), found, refused }))
      if (isOver) await recordMissedEvents(tx, memberId, untold, now)
      const done = isOver ? rows : others
      await completeJobs(tx, done, 'swept', now)
      if (isOver) return
      const body = { request: request + 1, lists: more, found, untold, refused }
      await snoozeJobs(tx, [row], { dueAt: now, reason: 'more-to-ask', tried: 'well', body }, now)
    })
    if (missed.length > 0) context.log.info({ portal: memberId, missed: missed.length }, 'Events did not come')
  }
}

/**
 * One request for all lists, or for those with these names. A list that the portal refuses to show is left out: the status page tells
 * which. One that it cannot show now is read in the next round; when that are all, the trouble is thrown.
 */
async function readLists(
  context: JobContext,
  { names, pages, recentMs }: { names: string[] | null; pages: number; recentMs: number },
): Promise<Sweep> {
  const now = context.clock()
  const triggers = await listEnabledTriggers(context.db, context.portal.memberId)
  const lists = sweepLists(triggers, context.portal.scope).filter(({ name }) => names?.includes(name) ?? true)
  if (lists.length === 0) return { reads: [], refused: {} }
  const begin = startOfWindow(triggers, context.portal.settings, now)
  const asked = await Promise.all(
    lists.map(async (list) => ({ list, cursor: await cursorOf(context, list.name, begin) })),
  )
  const commands = asked.flatMap(({ list, cursor }, index) => commandsOf(list, cursor, index, pages))
  const client = await context.clients.asReader(context.portal.memberId, 'work')
  const answers = await ask(client, Object.fromEntries(commands))
  const sweep: Sweep = { reads: [], refused: {} }
  let trouble: Error | null = null
  for (const [index, { list, cursor }] of asked.entries()) {
    const rows = rowsOf(
      list,
      Array.from({ length: pages }, (_, page) => answers[nameOf(index, page)]),
    )
    if (!Array.isArray(rows)) {
      if (rows.retriable) trouble = rows
      else sweep.refused[list.name] = rows.code
      continue
    }
    const step = { rows, wanted: pages * PAGE_ROWS, isRecent: (row: ChangeRow) => isTooRecent(row, now, recentMs) }
    const { id } = cursor
    const isUp = list.up !== undefined && id !== null
    const stepped = isUp ? stepUp({ ...cursor, id }, step) : stepDown(cursor, step, { ...list, page: PAGE_ROWS })
    sweep.reads.push({ list, ...stepped })
  }
  if (trouble !== null && sweep.reads.length === 0) throw trouble
  return sweep
}

function commandsOf(list: SweepList, cursor: Cursor, index: number, pages: number): [string, Command][] {
  const { up } = list
  const { id, since, down } = cursor
  const skip = up && id !== null ? 0 : (down?.skip ?? 0)
  return Array.from({ length: pages }, (_, page) => {
    // Rows are counted only where further pages are read by their number.
    const start = pages === 1 && skip === 0 ? -1 : skip + page * PAGE_ROWS
    return [nameOf(index, page), up && id !== null ? up(id, start) : list.down(since, start)]
  })
}

function nameOf(list: number, page: number): string {
  return `list_${list}_${page}`
}

/** The rows of a list's pages in its order, or why there are none. */
function rowsOf(list: SweepList, answers: (CommandResult | undefined)[]): ChangeRow[] | PortalError {
  const refused = answers.find((answer) => answer?.ok === false)
  if (refused?.ok === false) return refused.error
  return answers.flatMap((answer) => (answer?.ok ? list.rows(answer.result) : []))
}
