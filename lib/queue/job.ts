import type { Logger } from 'pino'
import type { PortalClients } from '../bitrix24/client/portal-clients.ts'
import type { Names } from '../bitrix24/directory/user-names.ts'
import type { Portal } from '../domain/portal.ts'
import type { LinkKeys } from '../links.ts'
import type { Db } from '../store/database.ts'
import type { JobRow } from '../store/jobs.ts'
import type { Lease } from '../store/leases.ts'

/** Waiting times of the engine in seconds (`design.md` 6). */
export type Timing = {
  /** Looks for bindings that come late, counted from when we first heard of it. */
  lateBindingSeconds: readonly number[]
  callRecheckSeconds: number
  settleSeconds: number
  clickHoldSeconds: number
}

/** What the engine works with. */
export type EngineDeps = {
  db: Db
  clients: PortalClients
  clock: () => Date
  log: Logger
  timing: Timing
  names: Names
  /** Tell our tracked links from others. */
  linkKeys: LinkKeys
}

/** One portal is looked at; nothing may be written. */
export type PortalContext = EngineDeps & { portal: Portal }

/** One portal's turn: its lease is held, and `commit` writes only while it still is. */
export type JobContext = PortalContext & {
  lease: Lease
  /** Runs one transaction; throws `LeaseLostError` when another process has taken the portal over. */
  commit<T>(body: (tx: Db) => Promise<T>): Promise<T>
}

/**
 * Does work of one kind and commits the results together with the rows' new state: done, postponed or parked. A row that is
 * left untouched stays due. What it throws is handled by the worker: retriable errors postpone, others isolate and park.
 */
export type JobHandler = (context: JobContext, rows: JobRow[]) => Promise<void>

/** How many rows of a kind one turn takes, and who does them; `behind`: only when nothing else is due, but within a minute. */
export type JobRegistry = Readonly<Record<string, { take: number; job: JobHandler; behind?: true }>>
