import { AccessDead, LimitReached, type PortalError, PortalRemoved } from '../bitrix24/errors/errors.ts'
import { postponePortal, postponeWork, type WorkRow } from '../store/jobs.ts'
import { backoff, lengthen, type Pauses, pausedUntil } from './backoff.ts'
import type { Round } from './job.ts'

/** After so many tries together rows are tried with care: one of them may be what the portal cannot answer. */
const TOGETHER = 3

/** What could not be asked stands behind what was not tried, milliseconds. */
const BEHIND_MS = 500

/** Pauses grow no longer after so many: one request a minute does no harm, and nobody waits long when the portal is back. */
const LONGEST_PAUSE = 5

/** A portal that serves the app no longer may do so again when somebody has paid: it is asked every five minutes in the end. */
const LONGEST_SHUT = 9

/** May this row be the reason that the portal does not answer? */
export function isSuspect({ attempts }: WorkRow): boolean {
  return attempts >= TOGETHER
}

/**
 * No answer at all, or the portal serves the app no longer, so its other work need not be tried either; other refusals and half answers
 * may have to do with the request.
 */
export function isSilent(error: PortalError): boolean {
  if (error instanceof PortalRemoved) return true
  return error.retriable && error.status === 0 && !(error instanceof LimitReached || error instanceof AccessDead)
}

/** The portal is not to be asked yet: what came meanwhile waits with the rest. */
export async function waitOutSilence(round: Round, silences: Pauses): Promise<boolean> {
  const { memberId } = round.portal
  const until = pausedUntil(silences, memberId, round.clock())
  if (until === null) return false
  await round.commit((tx) => postponePortal(tx, memberId, until))
  return true
}

/**
 * The portal cannot be asked now: this work waits, however long it takes. While the portal gives no answer all its work waits, so
 * that it is asked once, and not for each of a thousand notices.
 */
export async function putOff(
  round: Round,
  rows: readonly WorkRow[],
  error: PortalError,
  silences: Pauses,
): Promise<void> {
  const { memberId } = round.portal
  round.log.warn(
    { portal: memberId, code: error.code, advice: error.advice },
    'The portal could not be asked; its work waits',
  )
  const ids = rows.map(({ id }) => id)
  const attempts = Math.max(...rows.map((row) => row.attempts))
  const now = round.clock()
  if (error instanceof LimitReached) {
    // It says nothing of these rows: they stay together.
    return round.commit((tx) => postponeWork(tx, ids, { dueAt: error.waitUntil, reason: error.code }, now))
  }
  if (!isSilent(error)) {
    const dueAt = backoff(now, attempts)
    return round.commit((tx) => postponeWork(tx, ids, { dueAt, reason: error.code, tried: 'failed' }, now))
  }
  const longest = error instanceof PortalRemoved ? LONGEST_SHUT : LONGEST_PAUSE
  const until = lengthen(silences, memberId, now, longest)
  const own = backoff(now, Math.min(attempts, longest))
  const dueAt = new Date(Math.max(own.getTime(), until.getTime() + BEHIND_MS))
  await round.commit(async (tx) => {
    await postponeWork(tx, ids, { dueAt, reason: error.code, tried: 'failed' }, now)
    await postponePortal(tx, memberId, until)
  })
}

/** These rows were not tried, as the portal is not well; they wait as long as those that were. */
export async function standBehind(round: Round, rows: readonly WorkRow[]): Promise<void> {
  const now = round.clock()
  const ids = rows.map(({ id }) => id)
  const until = { dueAt: backoff(now, TOGETHER), reason: 'portal-unwell' }
  await round.commit((tx) => postponeWork(tx, ids, until, now))
}
