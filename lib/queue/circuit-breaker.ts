import { AccessRevokedError, AppRemovedError, type PortalError, RateLimitError } from '../bitrix24/errors/errors.ts'
import { type JobRow, snoozeJobs, snoozePortal } from '../store/jobs.ts'
import { backoff, type OpenCircuits, openUntil, trip } from './backoff.ts'
import type { JobContext } from './job.ts'

/** After so many tries together rows are tried with care: one of them may be what the portal cannot answer. */
const TOGETHER = 3

/** What could not be asked stands behind what was not tried, milliseconds. */
const BEHIND_MS = 500

/** Pauses grow no longer after so many: one request a minute does no harm, and nobody waits long when the portal is back. */
const LONGEST_PAUSE = 5

/** A portal that serves the app no longer may do so again when somebody has paid: it is asked every five minutes in the end. */
const LONGEST_SHUT = 9

/** May this row be the reason that the portal does not answer? */
export function mayBePoison({ attempts }: JobRow): boolean {
  return attempts >= TOGETHER
}

/**
 * No answer at all, or the portal serves the app no longer, so its other work need not be tried either; other refusals and half answers
 * may have to do with the request.
 */
export function isUnreachable(error: PortalError): boolean {
  if (error instanceof AppRemovedError) return true
  return (
    error.retriable && error.status === 0 && !(error instanceof RateLimitError || error instanceof AccessRevokedError)
  )
}

/** The portal is not to be asked yet: what came meanwhile waits with the rest. */
export async function waitWhileOpen(context: JobContext, silences: OpenCircuits): Promise<boolean> {
  const { memberId } = context.portal
  const until = openUntil(silences, memberId, context.clock())
  if (until === null) return false
  await context.commit((tx) => snoozePortal(tx, memberId, until))
  return true
}

/**
 * The portal cannot be asked now: this work waits, however long it takes. While the portal gives no answer all its work waits, so
 * that it is asked once, and not for each of a thousand notices.
 */
export async function snoozeAfterFailure(
  context: JobContext,
  rows: readonly JobRow[],
  error: PortalError,
  silences: OpenCircuits,
): Promise<void> {
  const { memberId } = context.portal
  context.log.warn(
    { portal: memberId, code: error.code, advice: error.advice },
    'The portal could not be asked; its work waits',
  )
  const ids = rows.map(({ id }) => id)
  const attempts = Math.max(...rows.map((row) => row.attempts))
  const now = context.clock()
  if (error instanceof RateLimitError) {
    // It says nothing of these rows: they stay together.
    return context.commit((tx) => snoozeJobs(tx, ids, { dueAt: error.waitUntil, reason: error.code }, now))
  }
  if (!isUnreachable(error)) {
    const dueAt = backoff(now, attempts)
    return context.commit((tx) => snoozeJobs(tx, ids, { dueAt, reason: error.code, tried: 'failed' }, now))
  }
  const longest = error instanceof AppRemovedError ? LONGEST_SHUT : LONGEST_PAUSE
  const until = trip(silences, memberId, now, longest)
  const own = backoff(now, Math.min(attempts, longest))
  const dueAt = new Date(Math.max(own.getTime(), until.getTime() + BEHIND_MS))
  await context.commit(async (tx) => {
    await snoozeJobs(tx, ids, { dueAt, reason: error.code, tried: 'failed' }, now)
    await snoozePortal(tx, memberId, until)
  })
}

/** These rows were not tried, as the portal is not well; they wait as long as those that were. */
export async function snoozeUntried(context: JobContext, rows: readonly JobRow[]): Promise<void> {
  const now = context.clock()
  const ids = rows.map(({ id }) => id)
  const until = { dueAt: backoff(now, TOGETHER), reason: 'portal-unwell' }
  await context.commit((tx) => snoozeJobs(tx, ids, until, now))
}
