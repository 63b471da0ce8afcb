import type { Missing } from '../../domain/missing.ts'
import type { CommandResult } from '../client/rest.ts'
import { ForbiddenError, type PortalError, RejectedError } from '../errors/errors.ts'

/** A directory, or why there is none. With `missing` beside a value the value is incomplete. */
export type DirectoryAnswer<T> =
  | Readonly<{ ok: true; value: T; missing?: Missing }>
  | Readonly<{ ok: false; missing: Missing }>

/** What a refusal says is missing. Throws the error when it is no matter of scopes, rights or methods. */
export function missingBy(error: PortalError, scope: Missing, right: Missing, method: Missing = right): Missing {
  if (error instanceof ForbiddenError) return error.code === 'insufficient_scope' ? scope : right
  if (error instanceof RejectedError && error.code === 'ERROR_METHOD_NOT_FOUND') return method
  throw error
}

/** The result of a command of a batch that only makes the answer better. Passing troubles are thrown, refusals are `null`. */
export function optional(result: CommandResult | undefined): unknown {
  if (result === undefined) return null
  if (result.ok) return result.result
  if (result.error.retriable) throw result.error
  return null
}
