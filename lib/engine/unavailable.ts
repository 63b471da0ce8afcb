import { AccessDead, LimitReached, type PortalError } from '../portal/errors.ts'
import { postponePortal } from '../store/postpone-portal.ts'
import { postponeWork } from '../store/postpone-work.ts'
import type { WorkRow } from '../store/take-work.ts'
import { backoff } from './backoff.ts'
import type { Round } from './job.ts'

/** After so many tries together rows are tried one by one: one of them may be what the portal cannot answer. */
const TOGETHER = 3

/** What could not be asked stands behind what was not tried, milliseconds. */
const BEHIND_MS = 500

/** How often in a row each portal gave no answer, as this process saw it. */
export type Silences = Map<string, number>

/** May one of these rows be the reason that the portal does not answer? */
export function mustGoAlone(rows: readonly WorkRow[]): boolean {
  return rows.length > 1 && Math.max(...rows.map(({ attempts }) => attempts)) >= TOGETHER
}

/** No answer at all, so the portal's other work need not be tried either; refusals and half answers may have to do with the request. */
export function isSilent(error: PortalError): boolean {
  return error.retriable && error.status === 0 && !(error instanceof LimitReached || error instanceof AccessDead)
}

/**
 * The portal cannot be asked now: this work waits, however long it takes. While the portal gives no answer all its work waits, so
 * that it is asked once, and not for each of a thousand notices.
 */
export async function putOff(
  round: Round,
  rows: readonly WorkRow[],
  error: PortalError,
  silences: Silences,
): Promise<void> {
  const { memberId } = round.portal
  round.log.warn(
    { portal: memberId, code: error.code, advice: error.advice },
    'The portal could not be asked; its work waits',
  )
  const now = round.clock()
  const silent = isSilent(error) ? (silences.get(memberId) ?? 0) : null
  if (silent !== null) silences.set(memberId, silent + 1)
  const pauseUntil = silent === null ? now : backoff(now, silent)
  const behindPause = new Date(pauseUntil.getTime() + BEHIND_MS)
  const own = backoff(now, Math.max(...rows.map(({ attempts }) => attempts)))
  const later =
    error instanceof LimitReached ? error.waitUntil : silent !== null && behindPause > own ? behindPause : own
  const ids = rows.map(({ id }) => id)
  await round.commit(async (tx) => {
    await postponeWork(tx, ids, { dueAt: later, reason: error.code, failed: true }, now)
    if (silent !== null) await postponePortal(tx, memberId, pauseUntil)
  })
}
