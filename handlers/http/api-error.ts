import type { Faults, FieldError } from '../../lib/texts/field-error.ts'

/** Error codes of the API and their HTTP status (`design.md` 7). */
export const errorStatus = {
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  invalid: 422,
  'too-many': 429,
  internal: 500,
  'portal-unavailable': 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/**
 * A request that is answered with an error; `message` is a text that replaces the code's own. `retryAfter`: nothing was done, and the same
 * request may be sent again after so many seconds.
 */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly text: FieldError
  readonly faults: Faults | undefined
  readonly retryAfter: number | undefined

  constructor(
    code: ErrorCode,
    { message, faults, retryAfter }: { message?: FieldError; faults?: Faults; retryAfter?: number } = {},
  ) {
    super(code)
    this.name = 'ApiError'
    this.code = code
    this.text = message ?? { key: `errors.${code}` }
    this.faults = faults
    this.retryAfter = retryAfter
  }
}
