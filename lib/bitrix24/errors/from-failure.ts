import { PortalError, PortalUnavailableError, UnknownOutcomeError } from './errors.ts'
import { type ErrorBody, errorFromAnswer, type RequestInfo } from './from-answer.ts'

/** What axios and Node tell about a request that failed. Structural, so that nothing here depends on the SDK's copy of axios. */
type Failure = {
  code?: unknown
  syscall?: unknown
  cause?: unknown
  originalError?: unknown
  response?: { status?: unknown; data?: unknown }
}

/** What axios says without an answer, in our words: more bytes came than are taken, and the time for the whole request was over. */
const ownNames: Readonly<Record<string, string>> = {
  ERR_BAD_RESPONSE: 'ANSWER_TOO_LARGE',
  ERR_CANCELED: 'ANSWER_TOO_SLOW',
}

/** The connection never came about, so nothing was sent. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO|ERR_TLS\w*|ERR_SSL\w*|CERT_\w+|DEPTH_ZERO\w*|SELF_SIGNED\w*|UNABLE_TO\w+|ADDRESS_REFUSED)$/

/**
 * The error behind what the SDK threw. It hides its causes (refresh failures, our own refusals) in `originalError`, and loses empty
 * and numeric codes, so the HTTP answer itself is read (`libraries.md` 1, defects 4–6). The request, with its token, is not kept.
 */
export function errorFromFailure(thrown: unknown, asked: RequestInfo): PortalError {
  if (thrown instanceof PortalError) return thrown
  const failure = (thrown ?? {}) as Failure
  if (failure.originalError instanceof PortalError) return failure.originalError
  const source = (failure.originalError ?? failure) as Failure
  const { response } = source
  if (response !== undefined) return errorFromResponse(Number(response.status ?? 0), response.data, asked)
  const given = String(source.code ?? failure.code ?? 'NO_ANSWER')
  const code = ownNames[given] ?? given
  return withoutAnswer(code, asked.writes && !wasNeverSent(source))
}

/** An HTTP answer that is no success: a REST error, or something else in its place (a gateway's page, a cut body). */
export function errorFromResponse(status: number, body: unknown, asked: RequestInfo): PortalError {
  const redirects = status >= 300 && status < 400
  if (!redirects && typeof body === 'object' && body !== null && 'error' in body) {
    return errorFromAnswer(body as ErrorBody, status, asked)
  }
  const refusedBefore = status >= 300 && status < 500 && status !== 408
  return withoutAnswer(`HTTP_${status}`, asked.writes && !refusedBefore, status)
}

function withoutAnswer(code: string, mayHaveActed: boolean, status = 0): PortalError {
  const facts = { code, status }
  return mayHaveActed ? new UnknownOutcomeError(facts) : new PortalUnavailableError(facts)
}

/** Network errors are wrapped a few times: by axios, and by Node when several addresses were tried. */
function wasNeverSent(source: Failure): boolean {
  let at: Failure | undefined = source
  for (let depth = 0; at && depth < 4; depth++) {
    if (neverSent.test(String(at.code ?? '')) || at.syscall === 'connect' || at.syscall === 'getaddrinfo') return true
    at = at.cause as Failure | undefined
  }
  return false
}
