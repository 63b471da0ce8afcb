import { stageEntityId } from '../../bitrix24/directory/stages.ts'
import { ForbiddenError, NotFoundError, type PortalError, RejectedError } from '../../bitrix24/errors/errors.ts'
import { COMPANY, isClient, refKey } from '../../domain/entity-types.ts'
import type { Ref } from '../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import { type About, isOfGoneType, passing, refusal } from '../snapshot/failures.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import type { Item } from '../sources/item/item.ts'
import type { Candidate } from './decide.ts'
import type { Evaluation } from './evaluation.ts'
import { type Rejection, targetIn } from './guard.ts'

/**
 * What a trigger has to look at for a case. `unbound`: nothing of its type is bound. `rejected`: what it needs is gone or refused, and
 * that decides. `waits`: it cannot be had now.
 */
export type ItemLookup =
  | { state: 'found'; candidates: Candidate[] }
  | { state: 'unbound' }
  | { state: 'rejected'; rejection: Rejection }
  | { state: 'waits'; error: PortalError }

/** Everything the occurrence is bound to, so far as the portal showed it. */
export function boundRefs(snapshot: PortalSnapshot, { occurrence: { origin }, only }: Evaluation): Ref[] {
  if (only) return [only]
  const bound = origin.activityId === null ? [] : (snapshot.bindings.get(origin.activityId) ?? [])
  return [...bound, ...origin.refs]
}

/** The bound items of the trigger's type (`triggers.md`, "Which items move", 1 and 5). */
export function boundItems(snapshot: PortalSnapshot, evaluation: Evaluation, trigger: ReadyTrigger): ItemLookup {
  const { failures } = snapshot
  const refs = boundRefs(snapshot, evaluation).filter((ref) => ref.entityTypeId === trigger.entityTypeId)
  const directory = stageEntityId(trigger.entityTypeId, trigger.categoryId)
  const aboutItem = (ref: Ref) => `item ${refKey(ref)}` as const
  const trouble = passing(failures, [`stages ${directory}`, ...aboutBindings(evaluation), ...refs.map(aboutItem)])
  if (trouble !== null) return { state: 'waits', error: trouble }

  const rejection = rejectionOf(snapshot, evaluation, trigger, directory)
  if (refs.length === 0) return rejection === null ? { state: 'unbound' } : { state: 'rejected', rejection }
  const concerned = refs.filter((ref) => isForClient(snapshot, evaluation, snapshot.items.get(refKey(ref)) ?? null))
  const candidates = concerned.map((ref): Candidate => {
    const item = snapshot.items.get(refKey(ref)) ?? null
    const error = refusal(failures, [aboutItem(ref)])
    const own = rejection ?? (error && ofType(trigger, error))
    return own === null ? { ref, item } : { ref, item, rejection: own }
  })
  return { state: 'found', candidates }
}

/**
 * An e-mail that went to somebody else than the item's clients, such as one from the deal's card to a warehouse, does not concern the item
 * (`triggers.md`, Outgoing). Where the portal does not say whom it went to, or who the clients are, it does. A contact's company that the
 * e-mail is bound to is written to, too.
 */
function isForClient(snapshot: PortalSnapshot, evaluation: Evaluation, item: Item | null): boolean {
  const { kind, origin } = evaluation.occurrence
  const bound = boundRefs(snapshot, evaluation)
  const recipients = origin.recipients ?? bound.filter(isClient)
  if (kind !== 'email-outgoing' || recipients.length === 0 || !item?.clients?.length) return true
  const concerned = new Set(
    [...recipients, ...bound.filter(({ entityTypeId }) => entityTypeId === COMPANY)].map(refKey),
  )
  return [item, ...item.clients].some((ref) => concerned.has(refKey(ref)))
}

/** What is wrong for this trigger, whatever its items; null: nothing. */
function rejectionOf(
  snapshot: PortalSnapshot,
  evaluation: Evaluation,
  trigger: ReadyTrigger,
  directory: string,
): Rejection | null {
  const { failures, stages } = snapshot
  if (evaluation.refused) return portalError(evaluation.refused)
  const withoutStages = refusal(failures, [`stages ${directory}`])
  if (withoutStages !== null) return ofType(trigger, withoutStages)
  const withoutBindings = refusal(failures, aboutBindings(evaluation))
  if (withoutBindings !== null && !isHidden(withoutBindings)) return portalError(withoutBindings)
  const isBound = boundRefs(snapshot, evaluation).some((ref) => ref.entityTypeId === trigger.entityTypeId)
  return isBound || targetIn(trigger, stages.get(directory) ?? []) >= 0 ? null : stageGone(trigger)
}

function aboutBindings({ occurrence: { origin }, only }: Evaluation): About[] {
  return only || origin.activityId === null ? [] : [`bindings ${origin.activityId}`]
}

/** A deleted or unreadable activity is bound to nothing that we may see. */
function isHidden(error: PortalError): boolean {
  return error instanceof NotFoundError || error instanceof ForbiddenError
}

/** Items or stages are refused: their type was deleted, or another refusal. */
export function ofType(trigger: ReadyTrigger, error: PortalError): Rejection {
  return isOfGoneType(error) ? stageGone(trigger) : portalError(error)
}

/** A filter names what the type does not have (`platform.md` 5.6). */
export function isOddFilter(error: PortalError): boolean {
  return error instanceof RejectedError && error.code === 'INVALID_ARG_VALUE'
}

function stageGone({ stageId }: ReadyTrigger): Rejection {
  return { outcome: 'failed', reason: 'stage-gone', facts: { target: stageId } }
}

function portalError({ code, text }: PortalError): Rejection {
  return { outcome: 'failed', reason: 'portal-error', facts: { code, text } }
}
