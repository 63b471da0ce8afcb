import type { Finding, ProbeId } from '../../domain/probe.ts'
import type { Command, CommandResult } from '../client/rest.ts'
import { PortalError } from '../errors/errors.ts'

/** What the commands of all questions came to, by their names. */
export type Found = Readonly<Record<string, CommandResult>>

type Commands = Readonly<Record<string, Command>>

/** Something that portals do in different ways, and harmless calls that find out what this one does. */
export type Question = Readonly<{
  id: ProbeId
  /** Without it there is nothing to ask. */
  scope?: string
  /** Asked in the first request; their names begin with the question's. */
  commands: Commands
  /** Asked in the second one, with ids that the first one found. */
  more?: (found: Found) => Commands
  /** `null`: the portal could not say now, so what was known before still holds. */
  answer: (found: Found) => Finding | null
}>

/** Does the portal answer this command? A refusal for good is a no, with the portal's code. */
export function answers(result: CommandResult | undefined): Finding | null {
  if (result === undefined) return null
  if (result.ok) return { answer: 'yes' }
  const { error } = result
  if (isPassing(error)) return null
  return error.code === 'insufficient_scope' ? { answer: 'no-scope' } : { answer: 'no', detail: error.code }
}

export function isPassing(error: unknown): boolean {
  return !(error instanceof PortalError) || error.retriable
}
