import type { CommandResult } from '../../bitrix24/client/rest.ts'
import {
  AccessRevokedError,
  AppRemovedError,
  ForbiddenError,
  NotFoundError,
  type PortalError,
  PortalFaultError,
  RequiredFieldsError,
  UnknownOutcomeError,
} from '../../bitrix24/errors/errors.ts'
import type { Decision } from '../../domain/decision.ts'
import type { OpenIntent } from '../../domain/intent.ts'
import type { Ref } from '../../domain/occurrence.ts'
import { parseItem } from '../sources/item/item.ts'
import type { Uncertainty } from './judge-move.ts'

/** What the portal's answer means for a move: it is decided, or it stays open. */
export type MoveOutcome =
  | { state: 'decided'; decision: Decision }
  /** Nothing was done, and the portal may take it later: not before `waitUntil`. */
  | { state: 'again'; error: PortalError }
  /** The acting user's token is dead; nothing was done. */
  | { state: 'no-access' }
  /** The portal may have acted: what it shows decides. */
  | { state: 'unknown'; doubt: Uncertainty }

/** A stage that the pipeline does not have; updates set nothing else, and mostly such a stage is put back in silence instead. */
const NO_SUCH_STAGE = 'CRM_FIELD_ERROR_VALUE_NOT_VALID'

/** Judges the answers to one `crm.item.update` and its timeline entry. */
export function moveOutcome(
  intent: OpenIntent,
  answers: { update: CommandResult | undefined; entry: CommandResult | undefined },
  requestId: string,
): MoveOutcome {
  const { update } = answers
  const entry = entryLeft(answers.entry)
  const unreadable = { state: 'unknown', doubt: { ...lost(requestId), ...entry } } as const
  if (update === undefined) return unreadable
  if (!update.ok) return refusalOutcome(intent, update.error, requestId, entry.lacksEntry)
  const stageId = stageInAnswer(intent.item, update.result)
  if (stageId === null) return unreadable
  if (stageId === intent.move.to) return { state: 'decided', decision: movedDecision(intent, requestId) }
  return { state: 'unknown', doubt: { ...leftAsItWas(stageId), requestId, ...entry } }
}

/** What a call left in the timeline, as the answer to its second command tells. */
export function entryLeft(answer: CommandResult | undefined): Pick<Uncertainty, 'lacksEntry' | 'entryId'> {
  if (answer?.ok === false) return { lacksEntry: true }
  const { logMessage } = (answer?.result ?? {}) as { logMessage?: { id?: unknown } | null }
  const id = Number(logMessage?.id)
  return id > 0 ? { lacksEntry: false, entryId: id } : { lacksEntry: false }
}

/** The same for a request that failed as a whole. */
export function refusalOutcome(
  intent: OpenIntent,
  error: PortalError,
  requestId: string | null,
  lacksEntry = false,
): MoveOutcome {
  const doubt = uncertaintyOf(error, requestId, lacksEntry)
  if (doubt !== null) return { state: 'unknown', doubt }
  if (error instanceof AccessRevokedError) return { state: 'no-access' }
  if (error.retriable || error instanceof AppRemovedError) return { state: 'again', error }
  const { outcome, reason, facts } = refusalOf(error)
  return { state: 'decided', decision: { ...failure(intent, reason, facts), outcome, requestId } }
}

/** What an error leaves open about a call that was to move an item; null: nothing, it was not moved. */
export function uncertaintyOf(error: PortalError, requestId: string | null, lacksEntry: boolean): Uncertainty | null {
  const more = { requestId, lacksEntry }
  if (error instanceof PortalFaultError) return { kind: 'fault', ifUnmoved: refusalOf(error), ...more }
  if (error instanceof UnknownOutcomeError) {
    return error.refusal === null ? lost(requestId) : { kind: 'refused', ifUnmoved: refusalOf(error.refusal), ...more }
  }
  return error.code === NO_SUCH_STAGE ? { kind: 'refused', ifUnmoved: refusalOf(error), ...more } : null
}

/** The stage that an answer shows the item in; null: it is no answer about this item. */
export function stageInAnswer({ entityTypeId, id }: Ref, result: unknown): string | null {
  const item = parseItem(entityTypeId, (result as { item?: unknown } | null)?.item)
  return item?.id === id ? item.stageId : null
}

/**
 * The portal said yes, and the item is not where it was to go: an automation rule has moved it since, or the stage was put back in
 * silence.
 */
export function leftAsItWas(stageId: string): Pick<Uncertainty, 'kind' | 'ifUnmoved' | 'saidYes'> {
  const facts = { code: 'STAGE_NOT_CHANGED', text: '', stageId }
  return { kind: 'refused', ifUnmoved: { reason: 'portal-error', facts }, saidYes: true }
}

/** Of a call without a usable answer. */
export function lost(requestId: string | null): Uncertainty {
  const ifUnmoved = { reason: 'portal-error', facts: { code: 'OUTCOME_UNKNOWN', text: '' } } as const
  return { kind: 'lost', ifUnmoved, requestId, lacksEntry: false }
}

function refusalOf(error: PortalError): Pick<Decision, 'outcome' | 'reason' | 'facts'> {
  const facts = { code: error.code, text: error.text }
  if (error instanceof NotFoundError) return { outcome: 'skipped', reason: 'item-gone', facts: {} }
  const failed = { outcome: 'failed', facts } as const
  if (error instanceof RequiredFieldsError)
    return { ...failed, reason: 'required-fields', facts: { ...facts, fields: error.fields } }
  return { ...failed, reason: error instanceof ForbiddenError ? 'no-rights' : 'portal-error' }
}

export function movedDecision(intent: OpenIntent, requestId: string | null): Decision {
  return { ...failure(intent, null, {}), outcome: 'moved', requestId }
}

/** Somebody moved the item while we were about to. */
export function supersededDecision(intent: OpenIntent, stageId: string | null): Decision {
  return { ...failure(intent, 'superseded', { stageId }), outcome: 'skipped' }
}

/** A move that did not happen. */
export function failure(intent: OpenIntent, reason: Decision['reason'], facts: Decision['facts']): Decision {
  const { occurrenceKey, kind, trigger, item, move } = intent
  return { occurrenceKey, kind, trigger, item, outcome: 'failed', reason, facts, move, requestId: null }
}
