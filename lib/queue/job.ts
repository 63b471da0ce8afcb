import type { ZodType } from 'zod'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import type { JobRow } from '../store/jobs.ts'
import type { Lease } from '../store/leases.ts'

/** What the queue works with. */
export type QueueDeps = Readonly<{ db: Db; clock: () => Date; log: Log }>

/** One tenant's turn: its lease is held, and `commit` writes only while it still is. */
export type Turn = QueueDeps & {
  tenant: string
  lease: Lease
  /**
   * Runs one transaction; throws `LeaseLostError` when another process has taken the tenant over. `last`: the handler writes nothing after it, so
   * that the lease goes with it where nothing more is due.
   */
  commit<T>(body: (tx: Db) => Promise<T>, last?: 'last'): Promise<T>
}

/** A due row, and what its body says: read once, by the schema of its type. */
export type Job<Data = unknown> = JobRow & Readonly<{ data: Data }>

/**
 * Does jobs of one type and commits the results together with the rows' new state: complete, snoozed or dead-lettered. A row that is
 * left untouched stays due. What it throws is classified by the worker: passing failures snooze the rows, others are isolated and
 * dead-lettered.
 */
export type JobHandler<Context extends Turn, Data = unknown> = (context: Context, jobs: Job<Data>[]) => Promise<void>

type Definition<Data> = Readonly<{
  /** How many rows one turn takes. */
  batchSize: number
  /** What a row's body says; a row whose body says something else is dead-lettered. */
  body: ZodType<Data>
  /** Done only when nothing else is due, but within a minute. */
  lowPriority?: true
  /** Rows that come close together are done together: a batch that is not full waits until 100 ms after the one before began. */
  gathers?: true
}>

/** One type of job. */
export type JobDefinition<Context extends Turn> = Definition<unknown> & {
  run(context: Context, jobs: Job[]): Promise<void>
}

/** Defines a type of job; its handler is given what its own schema reads. */
export function defineJob<Context extends Turn, Data>(
  definition: Definition<Data> & { run: JobHandler<Context, NoInfer<Data>> },
): JobDefinition<Context> {
  return definition
}

/** Every type of job that this process knows. */
export type JobRegistry<Context extends Turn> = Readonly<Record<string, JobDefinition<Context>>>
