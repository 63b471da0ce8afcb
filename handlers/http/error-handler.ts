import type { ErrorRequestHandler, Request, Response } from 'express'
import { AccessRevokedError, ForbiddenError, PortalError, RateLimitError } from '../../lib/bitrix24/errors/errors.ts'
import { describeError } from '../../lib/log.ts'
import type { Services } from '../../lib/services.ts'
import type { FieldError } from '../../lib/texts/field-error.ts'
import { type Language, translate } from '../../lib/texts/translate.ts'
import { ApiError, type ErrorCode, errorStatus } from './api-error.ts'
import { roomOf } from './http-metrics.ts'
import { languageFor } from './language.ts'
import { createMinuteThrottle } from './minute-throttle.ts'

/** Who asks may not, or asks too often. */
const refusals: ReadonlySet<ErrorCode> = new Set(['unauthorized', 'forbidden', 'too-many'])

/** The last handler: whatever was thrown leaves as the contract's error, without stack, token or anybody's text. */
export function answerErrors({ log, clock }: Pick<Services, 'log' | 'clock'>): ErrorRequestHandler {
  const isNews = createMinuteThrottle(clock, 100)
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown)
    const error = apiErrorOf(thrown)
    const { method, path } = request
    if (error.code === 'internal') log.error({ method, path, error: describeError(thrown) }, 'A request failed')
    else if (error.code === 'portal-unavailable') log.warn({ method, path, error: describeError(thrown) }, 'No answer')
    else if (refusals.has(error.code)) {
      // Whoever tries again and again must not fill the log: how often shows in the metrics.
      const room = roomOf({ path: request.originalUrl })
      if (isNews(`${error.code} ${room}`)) log.info({ code: error.code, room }, 'Requests are refused')
    }
    const retryAfter = error.retryAfter ?? retryAfterOf(thrown, request, clock())
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter))
    sendError(response, error, languageFor(request, response))
  }
}

/** Sends an error in a language. */
function sendError(response: Response, error: ApiError, language: Language): void {
  const say = ({ key, params }: FieldError) => translate(language, key, params)
  const fields = error.faults && Object.entries(error.faults).map(([path, fault]) => [path, say(fault)])
  response.status(errorStatus[error.code]).json({
    error: { code: error.code, message: say(error.text), ...(fields ? { fields: Object.fromEntries(fields) } : {}) },
  })
}

/**
 * A page sends the same request again by itself after so many seconds, so it is said only where nothing can have been done: of what reads, and of
 * sessions.
 */
function retryAfterOf(thrown: unknown, { method, originalUrl }: Request, now: Date): number | undefined {
  const isHarmless = method === 'GET' || originalUrl === '/api/session'
  if (!isHarmless || !(thrown instanceof RateLimitError)) return undefined
  return Math.max(1, Math.ceil((thrown.waitUntil.getTime() - now.getTime()) / 1000))
}

function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (thrown instanceof AccessRevokedError)
    return new ApiError('portal-unavailable', { message: { key: 'errors.no-access' } })
  if (thrown instanceof PortalError) {
    if (thrown.retriable) return new ApiError('portal-unavailable')
    const key = thrown instanceof ForbiddenError ? 'errors.portal-forbidden' : 'errors.portal-refused'
    return new ApiError('portal-unavailable', { message: { key } })
  }
  const { type, status } = thrown as { type?: unknown; status?: unknown }
  if (type === 'entity.too.large') return new ApiError('too-large')
  if (type === 'encoding.unsupported') return new ApiError('unsupported')
  if (typeof status === 'number' && status >= 400 && status < 500) return new ApiError('bad-request')
  return new ApiError('internal')
}
