import {
  AccessDead,
  Gone,
  OutcomeUnknown,
  type PortalError,
  RequiredFieldsMissing,
  RightsMissing,
} from '../../portal/errors.ts'
import type { CommandResult } from '../../portal/types.ts'
import type { Decision } from '../../store/decision.ts'
import type { OpenIntent } from '../../store/intent.ts'
import { parseItem } from '../read/item.ts'

/** What the portal's answer means for a move: it is decided, or it stays open. */
export type MoveOutcome =
  | { state: 'decided'; decision: Decision }
  /** Nothing was done; may be tried again, not before `waitUntil`. */
  | { state: 'again'; error: PortalError }
  /** The acting user's token is dead; nothing was done. */
  | { state: 'no-access' }
  /** The portal may have acted. */
  | { state: 'unknown' }

/** Judges the answer to one `crm.item.update`: its `stageId` must be the target, unknown fields are silently ignored there. */
export function moveOutcome(intent: OpenIntent, answer: CommandResult | undefined, requestId: string): MoveOutcome {
  if (answer === undefined) return { state: 'unknown' }
  if (!answer.ok) return refusalOutcome(intent, answer.error, requestId)
  const item = parseItem(intent.item.entityTypeId, (answer.result as { item?: unknown } | null)?.item)
  if (item?.stageId === intent.move.to) return { state: 'decided', decision: movedDecision(intent, requestId) }
  if (item && item.stageId !== intent.move.from) {
    return { state: 'decided', decision: { ...supersededDecision(intent, item.stageId), requestId } }
  }
  const facts = { code: 'STAGE_NOT_CHANGED', text: '', stageId: item?.stageId ?? null }
  return { state: 'decided', decision: { ...failure(intent, 'portal-error', facts), requestId } }
}

/** The same for a request that failed as a whole. */
export function refusalOutcome(intent: OpenIntent, error: PortalError, requestId: string | null): MoveOutcome {
  if (error instanceof OutcomeUnknown) return { state: 'unknown' }
  if (error instanceof AccessDead) return { state: 'no-access' }
  if (error.retriable) return { state: 'again', error }
  return { state: 'decided', decision: { ...refusal(intent, error), requestId } }
}

function refusal(intent: OpenIntent, error: PortalError): Decision {
  const facts = { code: error.code, text: error.text }
  if (error instanceof Gone) return { ...failure(intent, 'item-gone', {}), outcome: 'skipped' }
  if (error instanceof RequiredFieldsMissing)
    return failure(intent, 'required-fields', { ...facts, fields: error.fields })
  return failure(intent, error instanceof RightsMissing ? 'no-rights' : 'portal-error', facts)
}

export function movedDecision(intent: OpenIntent, requestId: string | null): Decision {
  return { ...failure(intent, null, {}), outcome: 'moved', requestId }
}

/** Somebody moved the item while we were about to. */
export function supersededDecision(intent: OpenIntent, stageId: string): Decision {
  return { ...failure(intent, 'superseded', { stageId }), outcome: 'skipped' }
}

/** A move that did not happen. */
export function failure(intent: OpenIntent, reason: Decision['reason'], facts: Decision['facts']): Decision {
  const { occurrenceKey, kind, trigger, item, move } = intent
  return { occurrenceKey, kind, trigger, item, outcome: 'failed', reason, facts, move, requestId: null }
}
