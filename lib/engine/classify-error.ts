import { AccessRevokedError, AppRemovedError, PortalError, RateLimitError } from '../bitrix24/errors/errors.ts'
import type { Failure } from '../queue/failure.ts'
import { NO_SERVICE_USER } from '../store/acting-users.ts'

/** Pauses grow no longer after so many failures: one request a minute does no harm, and nobody waits long when the portal is back. */
const LONGEST_PAUSE = 5

/** A portal that serves the app no longer may do so again when somebody has paid: it is asked every five minutes in the end. */
const LONGEST_SHUT = 9

/** What an error of the portal says of the jobs that it ended (`lib/queue/failure.ts`). */
export function classifyError(error: unknown): Failure {
  if (!(error instanceof PortalError)) return { kind: 'unknown' }
  const { code, advice } = error
  if (error instanceof RateLimitError) return { kind: 'rate-limited', code, advice, until: error.waitUntil }
  if (error instanceof AppRemovedError) return { kind: 'unreachable', code, advice, longest: LONGEST_SHUT }
  // Nobody's access serves now; somebody else's may.
  if (error instanceof AccessRevokedError)
    return { kind: 'retriable', code, advice, ...(code === NO_SERVICE_USER && { waitsFor: NO_SERVICE_USER }) }
  if (!error.retriable) return { kind: 'unknown' }
  // An answer, even half a one, may have to do with the request.
  return error.status === 0
    ? { kind: 'unreachable', code, advice, longest: LONGEST_PAUSE }
    : { kind: 'retriable', code, advice }
}
