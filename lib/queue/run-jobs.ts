import { describeError } from '../log.ts'
import { deadLetter, type JobRow, snoozeJobs } from '../store/jobs.ts'
import { LeaseLostError } from '../store/leases.ts'
import { isTransientDbError } from '../store/transient-errors.ts'
import { backoff } from './backoff.ts'
import { mayBePoison, type OpenCircuits, snoozeAfterFailure, snoozeUntried } from './circuit-breaker.ts'
import type { Failure } from './failure.ts'
import type { Job, JobDefinition, Turn } from './job.ts'
import { parseJob } from './read-body.ts'

/** A job that fails for no known reason is tried so often, then dead-lettered: visible, and tried again by hand. */
const ATTEMPTS = 5

/** What a try came to: all was done, the rows wait for another, or the tenant's service gave no answer at all. */
type BatchResult = 'done' | 'snoozed' | 'no-answer'

/** Jobs of one type in one turn. */
type Running<Context extends Turn> = Readonly<{
  context: Context
  job: JobDefinition<Context>
  classify: (error: unknown) => Failure
  circuits: OpenCircuits
}>

/** Runs due rows of one type. Those whose body no job of that type wrote are dead-lettered and harm no other. */
export async function runJobs<Context extends Turn>(running: Running<Context>, rows: JobRow[]): Promise<void> {
  const { context, job } = running
  const parsed = rows.map((row) => ({ row, parsed: parseJob(job.body, row) }))
  const malformed = parsed.flatMap(({ row, parsed }) => (parsed === null ? [row] : []))
  if (malformed.length > 0) {
    await context.commit((tx) => deadLetter(tx, malformed, 'malformed', context.clock()))
  }
  const jobs = parsed.flatMap(({ parsed }) => parsed ?? [])
  if (jobs.length > 0) await runWithSuspects(running, jobs)
}

/**
 * One bad row must not hold up the others: when a batch fails for no known reason its rows are done one by one, and those that failed
 * again and again for want of an answer are done with care, after the others.
 */
async function runWithSuspects<Context extends Turn>(running: Running<Context>, rows: Job[]): Promise<void> {
  const suspects = rows.filter(mayBePoison)
  if (suspects.length === 0 || rows.length === 1) return void (await runBatch(running, rows))
  const others = rows.filter((row) => !mayBePoison(row))
  const tried = others.length === 0 ? 'done' : await runBatch(running, others)
  if (tried !== 'no-answer') await runWithRampUp(running, suspects)
}

async function runBatch<Context extends Turn>(running: Running<Context>, rows: Job[]): Promise<BatchResult> {
  const { context, job, classify, circuits } = running
  try {
    await job.run(context, rows)
    circuits.delete(context.tenant)
    return 'done'
  } catch (error) {
    // Nothing can be written, or nobody knows what was: no fault of the rows.
    if (error instanceof LeaseLostError || isTransientDbError(error)) throw error
    const failure = classify(error)
    if (failure.kind !== 'unknown') {
      await snoozeAfterFailure(context, rows, failure, circuits)
      return failure.kind === 'unreachable' ? 'no-answer' : 'snoozed'
    }
    const [row, ...others] = rows
    if (row && others.length === 0) await fail(context, row, error)
    else for (const one of rows) if ((await runBatch(running, [one])) === 'no-answer') return 'no-answer'
    return 'snoozed'
  }
}

/**
 * One row, then two, four…, as long as it goes well: after an outage few requests do for all, and a bad row is soon found. When it goes
 * badly twice running the rest need not be tried: it is not the rows.
 */
async function runWithRampUp<Context extends Turn>(running: Running<Context>, rows: Job[]): Promise<void> {
  let rest = rows
  for (let size = 1, misses = 0; rest.length > 0 && misses < 2; ) {
    const tried = await runBatch(running, rest.slice(0, size))
    if (tried === 'no-answer') return
    rest = rest.slice(size)
    misses = tried === 'done' ? 0 : misses + 1
    size = tried === 'done' ? size * 2 : 1
  }
  if (rest.length > 0) await snoozeUntried(running.context, rest)
}

async function fail(turn: Turn, row: JobRow, error: unknown): Promise<void> {
  const now = turn.clock()
  const described = describeError(error)
  const reason = [described.name, described.code].filter((part) => part !== undefined).join(' ')
  turn.log.error({ portal: turn.tenant, job: row.id, type: row.type, error: described }, 'A job failed')
  await turn.commit((tx) =>
    row.attempts + 1 >= ATTEMPTS
      ? deadLetter(tx, [row], reason, now)
      : snoozeJobs(tx, [row], { dueAt: backoff(now, row.attempts), reason, tried: 'failed' }, now),
  )
}
