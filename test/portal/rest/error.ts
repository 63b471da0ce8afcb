/** A refusal as the portal words it (platform.md 7). Legacy CRM methods refuse with an empty code. */
export class RestError extends Error {
  override name = 'RestError'
  readonly code: string
  readonly status: number
  /** Further keys of the answer, such as `argument`. */
  readonly extra: Record<string, unknown>

  constructor(code: string, description: string, status = 400, extra: Record<string, unknown> = {}) {
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

/** A fault of the portal's database, as legacy and as universal methods tell it (platform.md 7). */
export function databaseFault({ universal = false }: { universal?: boolean }): RestError {
  return universal
    ? new RestError(
        '400',
        'Mysql query error: (1213) Deadlock found when trying to get lock; try restarting transaction',
      )
    : new RestError('ERROR_CORE', 'SQL query error!', 500)
}

export function errorBody(error: RestError): Record<string, unknown> {
  return { error: error.code, error_description: error.message, ...error.extra }
}

/** Refusals that many methods share. */
export const refuse = {
  accessDenied: (text = 'Access denied.', status = 400) => new RestError('ACCESS_DENIED', text, status),
  notFound: (text = 'Not found') => new RestError('NOT_FOUND', text),
  legacy: (text: string) => new RestError('', text),
  missing: (name: string) => new RestError('100', `Could not find value for parameter {${name}}`),
  wrongType: (name: string, value: unknown, type = 'int') => {
    const shown = typeof value === 'object' ? 'array' : String(value)
    const text = `Invalid value {${shown}} to match with parameter {${name}}. Should be value of type ${type}.`
    return new RestError('100', text)
  },
  adminOnly: () => new RestError('ACCESS_DENIED', 'Access denied! Administrator rights required.', 403),
}
