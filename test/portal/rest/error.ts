/** A refusal as the portal words it (platform.md 7). Legacy CRM methods refuse with an empty code. */
export class RestError extends Error {
  override name = 'RestError'
  readonly code: string | number
  readonly status: number
  /** Further keys of the answer, such as `argument`. */
  readonly extra: Record<string, unknown>

  constructor(code: string | number, description: string, status = 400, extra: Record<string, unknown> = {}) {
    super(description)
    this.code = code
    this.status = status
    this.extra = extra
  }
}

/** The gateway gave up on the request: HTTP 504 with a page, while what was done stays done (platform.md 6). */
export class GatewayTimeout extends Error {
  override name = 'GatewayTimeout'
}

export function errorBody(error: RestError): Record<string, unknown> {
  return { error: error.code, error_description: error.message, ...error.extra }
}

/** Refusals that many methods share. */
export const refuse = {
  accessDenied: (text = 'Access denied.', status = 400) => new RestError('ACCESS_DENIED', text, status),
  notFound: (text = 'Not found') => new RestError('NOT_FOUND', text),
  legacy: (text: string) => new RestError('', text),
  missing: (name: string) => new RestError(100, `Could not find value for parameter {${name}}`),
  wrongType: (name: string) => new RestError(100, `Invalid value to match with parameter {${name}}.`),
  adminOnly: () => new RestError('ACCESS_DENIED', 'Access denied! Administrator rights required.', 403),
}
