import { type PortalError, PortalUnavailableError, UnknownOutcomeError } from './errors.ts'

/**
 * Of what does no harm when it is done twice (a subscription, a telling): an answer that was lost, or a fault of the portal's own, is no more than a
 * portal that did not answer, and the same may be asked again later. Other errors stay what they are.
 */
export function asRetriable<E>(error: E): E | PortalUnavailableError {
  return error instanceof UnknownOutcomeError ? new PortalUnavailableError(error) : error
}

/** The first of these errors that passes by itself, to be thrown: whoever asks again later may get what he wants. Undefined: each would come again. */
export function passingOf(errors: readonly PortalError[]): PortalError | undefined {
  return errors.map(asRetriable).find(({ retriable }) => retriable)
}
