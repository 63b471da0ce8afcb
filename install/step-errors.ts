import { AccessRevokedError, PortalError } from '../lib/bitrix24/errors/errors.ts'
import { failed, type StepOutcome } from './step.ts'

/** A step that the portal refused, in the portal's own words where it has any. */
export function refusedStep({ text }: PortalError): StepOutcome {
  return text === '' ? failed('install.refused') : failed('install.refused-text', { text })
}

/** A step during which something was thrown; what does not come from the portal is thrown on. */
export function stepOfError(error: unknown): StepOutcome {
  if (error instanceof AccessRevokedError) return failed('install.access-dead')
  if (error instanceof PortalError) return error.retriable ? failed('install.no-answer') : refusedStep(error)
  throw error
}
