import {
  AccessRevokedError,
  AppRemovedError,
  type ErrorFacts,
  ForbiddenError,
  NotFoundError,
  type PortalError,
  PortalFaultError,
  PortalUnavailableError,
  RateLimitError,
  RejectedError,
  RequiredFieldsError,
  UnknownOutcomeError,
} from './errors.ts'
import { cleanText, quotedNames } from './text.ts'

/** How a portal writes an error (`platform.md` 7): `error` may be `''`, a number, or v3's object. */
export type ErrorBody = Readonly<{ error?: unknown; error_description?: unknown }>

/** What is known of the request when its refusal is judged. */
export type RequestInfo = Readonly<{
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
const passingCodes = new Set('CONNECTION_ERROR expired_token invalid_token'.split(' '))
const rightsCodes = new Set(
  `ACCESS_DENIED ACCESS_ERROR INVALID_CREDENTIALS insufficient_scope allowed_only_intranet_user WRONG_AUTH_TYPE
  METHOD_CONFIRM_WAITING METHOD_CONFIRM_DENIED AccessException CRM_ITEM_UPDATE_ACCESS_DENIED`.split(/\s+/),
)
const goneCodes = new Set('NOT_FOUND ERROR_NOT_FOUND OWNER_NOT_FOUND ERROR_ENTITY_NOT_FOUND'.split(' '))
const removedCodes = new Set(
  'PORTAL_DELETED APPLICATION_NOT_FOUND invalid_client PAYMENT_REQUIRED payment_required'.split(' '),
)
const faultCodes = new Set('INTERNAL_SERVER_ERROR ERROR_UNEXPECTED_ANSWER'.split(' '))

/** What the database, or anything that nobody thought of, leaves as a code; 100 is a parameter that does not fit. */
const numberOrCore = /^(ERROR_CORE|(?!100$)\d+)$/
const queryText = /query error/i

/** Refusals of `crm.item.update` that come before the saving (`platform.md` 5.6); any other error of it may come after. */
const beforeSaving =
  /^(100|INVALID_REQUEST|INVALID_ARG_VALUE|ENTITY_TYPE_NOT_SUPPORTED|UPDATE_DYNAMIC_ITEM_RESTRICTED|CRM_ITEM_HAS_RUNNING_WORKFLOWS|CRM_FIELD_ERROR_\w+|ERROR_METHOD_NOT_FOUND|ERROR_BATCH_\w+)$/

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
 * Codes first; where the code is empty, the text (`platform.md` 5.1, 7). What an error of a writing request proves: decision 010.
 */
export function errorFromAnswer(body: ErrorBody, status: number, asked: RequestInfo): PortalError {
  const { code, text } = read(body)
  const facts: ErrorFacts = { code: code === '' ? 'EMPTY_CODE' : code, text, status }
  return beforeAnything(code, facts, asked) ?? fromMethod(code, facts, asked)
}

/** The portal refused the request itself, and no method has run. */
function beforeAnything(code: string, facts: ErrorFacts, { now, method }: RequestInfo): PortalError | null {
  const { text = '', status } = facts
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

  if (code === 'QUERY_LIMIT_EXCEEDED') return new RateLimitError(facts, later(1))
  if (code === 'OVERLOAD_LIMIT') return new RateLimitError(facts, later(overloadPause))
  if (code === 'OPERATION_TIME_LIMIT') return new RateLimitError(facts, later(methodPause), method)
  if (removedCodes.has(code) || (code === 'ACCESS_DENIED' && planText.test(text))) return new AppRemovedError(facts)
  if (passingCodes.has(code)) return new PortalUnavailableError(facts)
  // Of a 401 with this code the user cannot be authorised; else it is a right (`platform.md` 7).
  const isRight = rightsCodes.has(code) && !(status === 401 && code === 'ACCESS_DENIED')
  if (isRight) return new ForbiddenError(facts)
  return status === 401 || accessCodes.has(code) ? new AccessRevokedError(facts) : null
}

/** What a method answered: a refusal, a fault, or for what changes items an error that may have come after the saving. */
function fromMethod(code: string, facts: ErrorFacts, asked: RequestInfo): PortalError {
  const { text = '', status = 0 } = facts
  if (goneCodes.has(code)) return new NotFoundError(facts)
  if (/FIELD.*REQUIRED|REQUIRED.*FIELD/.test(code)) return new RequiredFieldsError(facts, quotedNames(text))
  if (status >= 500 || faultCodes.has(code) || (numberOrCore.test(code) && queryText.test(text))) {
    return asked.writes ? new PortalFaultError(facts) : new PortalUnavailableError(facts)
  }
  if (changesItems(asked)) return beforeSaving.test(code) ? new RejectedError(facts) : perhapsSaved(code, facts)
  const refusal = byText(code, facts)
  return !asked.writes && refusal instanceof RejectedError && numberOrCore.test(code)
    ? new PortalUnavailableError(facts)
    : refusal
}

/** Only of these does it matter what was saved before an error; a batch as a whole may hold some. */
function changesItems({ writes, method }: RequestInfo): boolean {
  return writes && (method === undefined || method === 'crm.item.update')
}

/** The right to a transition is refused with `0` (documented: `-`), in the portal's language; other numbers name no refusal. */
function perhapsSaved(code: string, facts: ErrorFacts): UnknownOutcomeError {
  if (code === '0' || code === '-') return new UnknownOutcomeError(facts, new ForbiddenError(facts))
  return numberOrCore.test(code) ? new PortalFaultError(facts) : new UnknownOutcomeError(facts, byText(code, facts))
}

/** Where the code says nothing, the text has to. */
function byText(code: string, facts: ErrorFacts): PortalError {
  const { text = '' } = facts
  if (!/^(-|ERROR_CORE|\d*)$/.test(code)) return new RejectedError(facts)
  if (requiredText.test(text)) return new RequiredFieldsError(facts, quotedNames(text))
  if (rightsText.test(text)) return new ForbiddenError(facts)
  return goneText.test(text) ? new NotFoundError(facts) : new RejectedError(facts)
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
