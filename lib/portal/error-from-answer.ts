import { cleanText, quotedNames } from './error-text.ts'
import {
  AccessDead,
  type ErrorFacts,
  Gone,
  LimitReached,
  OutcomeUnknown,
  type PortalError,
  PortalRemoved,
  PortalUnavailable,
  Refused,
  RequiredFieldsMissing,
  RightsMissing,
} from './errors.ts'

/** How a portal writes an error (`platform.md` 7): `error` may be `''`, a number, or v3's object. */
export type ErrorBody = Readonly<{ error?: unknown; error_description?: unknown }>

/** What is known of the request when its refusal is judged. */
export type Asked = Readonly<{
  /** Could the request have changed something? */
  writes: boolean
  /** The single method, for limits of one method. */
  method?: string
  /** When a limit gives no time of its own. */
  now: Date
  /** Not to be sent later than this. */
  notAfter?: Date | undefined
}>

const accessCodes = new Set('NO_AUTH_FOUND invalid_grant user_access_error authorization_error'.split(' '))
/**
 * The portal did not act, and it passes: it cannot reach its OAuth server, or it disagrees with it (an expired token is seen here only
 * when a refresh has not helped).
 */
const expiredCodes = new Set(['CONNECTION_ERROR', 'expired_token', 'invalid_token'])
const rightsCodes = new Set(
  `ACCESS_DENIED ACCESS_ERROR INVALID_CREDENTIALS insufficient_scope allowed_only_intranet_user WRONG_AUTH_TYPE
  METHOD_CONFIRM_WAITING METHOD_CONFIRM_DENIED AccessException`.split(/\s+/),
)
const goneCodes = new Set('NOT_FOUND ERROR_NOT_FOUND OWNER_NOT_FOUND ERROR_ENTITY_NOT_FOUND'.split(' '))
const removedCodes = new Set('PORTAL_DELETED invalid_client PAYMENT_REQUIRED payment_required'.split(' '))

/** Codes that say nothing, so that the text has to be read. */
const emptyCodes = new Set(['', '-', '0', '100', 'ERROR_CORE'])

const rightsText = /insufficient|permission|access (is )?denied|not allowed|недостаточно прав|доступ запрещ|нет прав/i
const goneText = /not found|не найден/i
const requiredText =
  /(field|fields)\b.*\b(required|mandatory)|required field|обязательн\S* .*(пол[еяй]|заполн)|пол[еяй] .*обязательн/i
const planText = /only on commercial plans|subscription|тариф/i

/** Delays in seconds when the portal names none: one bucket of the working time (`platform.md` 6), and a block by support. */
const methodPause = 60
const overloadPause = 600

/**
 * The error that an answer stands for: a body with `error`, whatever its HTTP status, or one entry of a batch's `result_error`.
 * Codes first; where the code is empty, the text (`platform.md` 5.1, 7).
 */
export function errorFromAnswer(body: ErrorBody, status: number, asked: Asked): PortalError {
  const { code, text } = read(body)
  const facts: ErrorFacts = { code: code === '' ? 'EMPTY_CODE' : code, text, status }
  const later = (seconds: number) => new Date(asked.now.getTime() + seconds * 1000)

  if (code === 'QUERY_LIMIT_EXCEEDED') return new LimitReached(facts, later(1))
  if (code === 'OVERLOAD_LIMIT') return new LimitReached(facts, later(overloadPause))
  if (code === 'OPERATION_TIME_LIMIT') return new LimitReached(facts, later(methodPause), asked.method)
  if (removedCodes.has(code) || (code === 'ACCESS_DENIED' && planText.test(text))) return new PortalRemoved(facts)
  if (expiredCodes.has(code)) return new PortalUnavailable(facts)
  if (accessCodes.has(code)) return new AccessDead(facts)
  if (/FIELD.*REQUIRED|REQUIRED.*FIELD/.test(code) || (requiredText.test(text) && status < 500)) {
    return new RequiredFieldsMissing(facts, quotedNames(text))
  }
  if (rightsCodes.has(code) || (emptyCodes.has(code) && rightsText.test(text))) return new RightsMissing(facts)
  if (goneCodes.has(code) || (emptyCodes.has(code) && goneText.test(text))) return new Gone(facts)
  if (status >= 500) return asked.writes ? new OutcomeUnknown(facts) : new PortalUnavailable(facts)
  if (status === 401) return new AccessDead(facts)
  return new Refused(facts)
}

function read(body: ErrorBody): { code: string; text: string } {
  if (typeof body.error === 'object' && body.error !== null) {
    const { code, message } = body.error as { code?: unknown; message?: unknown }
    return { code: codeOf(code), text: cleanText(message) }
  }
  return { code: codeOf(body.error), text: cleanText(body.error_description) }
}

/** Codes are words, at times numbers; a list or an object is none, however much may be in it. */
function codeOf(code: unknown): string {
  return cleanText(typeof code === 'number' ? String(code) : code)
}
