import { refKey } from '../../domain/entity-types.ts'
import { isOutbound } from '../../triggers/call.ts'
import type { Timing } from '../context.ts'
import type { PortalSnapshot } from '../snapshot/snapshot.ts'
import { mayGoOn } from '../sources/call/call-facts.ts'
import { CALL_RECHECK, recheckAt } from '../sources/call/recheck-call.ts'
import type { FieldChanges } from '../sources/item/field-changes.ts'
import { enteredFacts, itemFacts } from '../sources/item/item-facts.ts'
import type { FactsResult } from './facts-result.ts'
import type { InboundEvent } from './parse-event.ts'

/**
 * Turns a notice and the reading into facts. A notice is a hint, the portal is the truth (`design.md` 3, rule 2). `changes` are
 * those of the items that notices point at.
 */
export function toFacts(
  event: InboundEvent,
  snapshot: PortalSnapshot,
  changes: ReadonlyMap<string, FieldChanges>,
  timing: Timing,
  now: Date,
): FactsResult {
  const seen = { heardAt: event.row.created_at, seenAt: now.toISOString() }
  const { subject } = event
  if (subject.type === 'activity') {
    const activity = snapshot.activities.get(subject.id)
    if (!activity) return { state: 'gone', reason: 'activity-gone' }
    const recipients = activity.recipients ? { recipients: [...activity.recipients] } : {}
    const origin = { activityId: activity.id, refs: [], ...recipients }
    return { state: 'heard', facts: { shape: 'activity', ...activity, ...seen }, origin }
  }
  if (subject.type === 'item') {
    const watched = snapshot.watched.get(refKey(subject))
    const change = changes.get(refKey(subject))
    if (!watched || !change) return { state: 'gone', reason: 'item-gone' }
    if (event.entered !== null) return { state: 'heard', ...enteredFacts(watched, snapshot, event.entered, seen) }
    return { state: 'heard', ...itemFacts(watched, snapshot, change, seen) }
  }
  if (subject.type === 'message')
    return snapshot.messages.get(event.row.id) ?? { state: 'gone', reason: 'message-gone' }
  const call = snapshot.calls.get(subject.callId)
  const again = recheckAt(event, timing)
  const isSettled = call && !mayGoOn(call) && call.activityId !== null
  if (!isSettled && now < again) return { state: 'later', at: again, reason: CALL_RECHECK }
  if (!call) return { state: 'gone', reason: 'call-unknown' }
  const { callId, type, line, legs, activityId, refs } = call
  // Calls between employees look so (`platform.md` 4.3). An outbound call to a stranger does too, and has no item either.
  if (isOutbound(call) && activityId === null && refs.length === 0)
    return { state: 'gone', reason: 'call-without-client' }
  const origin = { activityId, refs: activityId === null ? refs : [] }
  return { state: 'heard', facts: { shape: 'call', callId, type, line, legs, ...seen }, origin }
}
