import { saysAnswered } from '../../../triggers/call.ts'
import type { Timing } from '../../context.ts'
import type { InboundEvent } from '../../events/inbound-event.ts'
import { isOfApp, mayGoOn } from './call-facts.ts'

/** Why a row waits: more may be written of its call. */
export const CALL_RECHECK = 'call-recheck'

/** When the portal has written all that there will be about a call. */
export function recheckAt({ row }: Pick<InboundEvent, 'row'>, { callRecheckSeconds }: Timing): Date {
  return new Date(Date.parse(row.created_at) + callRecheckSeconds * 1000)
}

/**
 * The event itself says that asking now would tell too little (`triggers.md`, Telephony): CRM has no activity of the call yet, or
 * nobody has answered so far and more may be written. Null: ask now.
 */
export function askCallAt(event: InboundEvent, timing: Timing, now: Date): Date | null {
  const { subject, payload } = event
  if (subject.type !== 'call' || now >= recheckAt(event, timing)) return null
  const call = { type: Number(payload.data.CALL_TYPE), byApp: isOfApp(subject.callId), legs: [] }
  const isComplete = subject.activityId !== null && (saysAnswered(payload) || !mayGoOn(call))
  return isComplete ? null : recheckAt(event, timing)
}
