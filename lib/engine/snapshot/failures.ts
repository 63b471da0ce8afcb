import { NotFoundError, type PortalError } from '../../bitrix24/errors/errors.ts'

/** Ids of what a turn asks the portal for. Items by `entityTypeId:id`, stages by their directory. A source may add its own in its folder. */
export interface AboutIds {
  activity: number
  bindings: number
  body: number
  call: string
  callactivity: string
  dialog: string
  history: string
  item: string
  session: string
  stages: string
  watched: string
}

/** Something that a turn asked the portal for. */
export type About = 'forms' | { [What in keyof AboutIds]: `${What} ${AboutIds[What]}` }[keyof AboutIds]

/**
 * What the portal did not tell, and why. An error that is `retriable` passes: what needs the answer waits, and all else goes on. Any
 * other is a refusal: the same would be refused again, and what needs the answer is decided without.
 */
export type Failures = Map<About, PortalError>

/** The first of these that cannot be had now; null: none has to be waited for. */
export function passing(failures: Failures, abouts: readonly About[]): PortalError | null {
  return abouts.map((about) => failures.get(about)).find((error) => error?.retriable) ?? null
}

/** Items or stages are refused because their type was deleted (`platform.md` 5.6). */
export function isOfGoneType(error: PortalError): boolean {
  return error instanceof NotFoundError || error.code === 'ENTITY_TYPE_NOT_SUPPORTED'
}

/** The first of these that was refused for good; null: none was. */
export function refusal(failures: Failures, abouts: readonly About[]): PortalError | null {
  return abouts.map((about) => failures.get(about)).find((error) => error && !error.retriable) ?? null
}
