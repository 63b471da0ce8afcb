import { type JobOutcome, type JobOutcomes, snoozeDeferred, type Wait } from '../../queue/job-outcomes.ts'
import type { JobRow } from '../../store/jobs.ts'

/** Why a row waits: whether the channel has events shows in a moment. */
export const AWAITING_MESSAGE_EVENT = 'waits-for-event'

/** Why a row waits for what is not written yet; another event of the same activity may bring it first. */
export const WAITS_FOR_MORE = 'waits-for-more' as const

/** What the steps of a turn found out about the rows of its events, each for itself. */
type RowFindings = Readonly<{
  /** Rows that are decided before anything is read. */
  screened: ReadonlyMap<number, JobOutcome>
  /** What the portal shows of the others' subjects. */
  shown: ReadonlyMap<number, JobOutcome>
  /** Rows in whose facts something was recognised. */
  counted: ReadonlySet<number>
  /** Rows that wait for an event of the same message, and until when. */
  waiting: ReadonlyMap<number, Date>
  /** Rows whose facts are not written yet, and after how many seconds they may be. */
  retries: ReadonlyMap<number, number>
  /** Rows whose subjects could not be read, or not wholly. */
  unread: ReadonlyMap<number, JobOutcome>
}>

/** Nothing was read. */
export const nothingRead: Omit<RowFindings, 'screened'> = {
  shown: new Map(),
  counted: new Set(),
  waiting: new Map(),
  retries: new Map(),
  unread: new Map(),
}

/**
 * What becomes of each row when its turn is committed, the one place that says so. What has to be done again comes first, so that nothing
 * is lost by what else came of the row; one of which no step says anything stays due.
 */
export function rowOutcomes(
  rows: readonly JobRow[],
  findings: RowFindings,
  deferred: ReadonlyMap<{ jobId: number }, Wait> = new Map(),
): JobOutcomes {
  const outcomes: JobOutcomes = new Map(
    rows.flatMap((row) => {
      const outcome = outcomeOf(row, findings)
      return outcome === undefined ? [] : [[row.id, outcome] as const]
    }),
  )
  snoozeDeferred(outcomes, deferred)
  return outcomes
}

function outcomeOf(
  { id, created_at }: JobRow,
  { screened, shown, counted, waiting, retries, unread }: RowFindings,
): JobOutcome | undefined {
  const dueBy = waiting.get(id)
  const seconds = retries.get(id)
  if (unread.has(id)) return unread.get(id)
  if (seconds !== undefined) {
    const at = new Date(Date.parse(created_at) + seconds * 1000)
    return { state: 'later', at, reason: WAITS_FOR_MORE, waitsFor: WAITS_FOR_MORE }
  }
  if (dueBy !== undefined) return { state: 'later', at: dueBy, reason: AWAITING_MESSAGE_EVENT }
  if (counted.has(id)) return { state: 'done', reason: 'counted' }
  return shown.get(id) ?? screened.get(id)
}
