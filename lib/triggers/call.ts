import type { Recognised } from '../domain/occurrence.ts'
import { type CallEnd, endOfLeg } from './call-codes.ts'
import type { CallFacts } from './facts.ts'
import type { EventPayload } from './kind.ts'

/** CALL_TYPE (`platform.md` 4.3): 4 (callback) and 5 (robot call) are neither outbound nor inbound. */
const OUTBOUND = [1]
const INBOUND = [2, 3]

export function isOutbound(call: Pick<CallFacts, 'type'>): boolean {
  return OUTBOUND.includes(call.type)
}

export function isInbound(call: Pick<CallFacts, 'type'>): boolean {
  return INBOUND.includes(call.type)
}

/** The event names the type; where it does not, look. */
export function mayBeOutbound(payload: EventPayload): boolean {
  return isCallEnd(payload) && isTypeIn(OUTBOUND, payload)
}

export function mayBeInbound(payload: EventPayload): boolean {
  return isCallEnd(payload) && isTypeIn(INBOUND, payload)
}

function isCallEnd(payload: EventPayload): boolean {
  return payload.event === 'ONVOXIMPLANTCALLEND'
}

function isTypeIn(types: number[], payload: EventPayload): boolean {
  const type = Number(payload.data.CALL_TYPE)
  return !Number.isInteger(type) || type === 0 || types.includes(type)
}

/** The event says itself that the call was answered (`platform.md` 4.3): then nobody missed it, and nothing has to be asked. */
export function saysAnswered({ data }: EventPayload): boolean {
  const seconds = Number(data.CALL_DURATION)
  const failedCode = String(data.CALL_FAILED_CODE ?? '')
  return failedCode !== '' && seconds > 0 && endOfLeg({ failedCode, seconds }) === 'answered'
}

/**
 * How a call ended for the customer (`triggers.md`, Telephony). Of one telephone that rang several legs, one answer is an answer, and
 * only if all were left alone was the call left alone. Of a ring group each telephone is such a call: one answer is an answer, and if
 * there is none, one telephone that was left alone tells more than others that declined.
 */
export function endOf(call: CallFacts): CallEnd {
  const telephones = Map.groupBy(call.legs, ({ callId = call.callId }) => callId)
  const ends = [...telephones.values()].map((legs) =>
    firstOf(['answered', 'failed', 'declined', 'unanswered'], legs.map(endOfLeg)),
  )
  return firstOf(['answered', 'unanswered', 'declined', 'failed'], ends)
}

function firstOf(order: readonly CallEnd[], ends: readonly CallEnd[]): CallEnd {
  return order.find((end) => ends.includes(end)) ?? 'failed'
}

/** The call as an occurrence of one kind, at its end. */
export function callOccurrence(key: string, call: CallFacts): Recognised {
  const ends = call.legs.map((leg) => Date.parse(leg.startedAt) + leg.seconds * 1000)
  const { callId, type, line, legs } = call
  const end = endOf(call)
  return {
    key,
    at: new Date(Math.max(...ends)).toISOString(),
    facts: { callId, type, line, legs: legs.length, missed: end === 'unanswered', declined: end === 'declined' },
  }
}

/** Lines are compared without spaces, `+`, brackets and dashes (`triggers.md`, Telephony). No line: any line. */
export function isOnLine(line: string | null | undefined, occurrence: Recognised): boolean {
  return !line || bareLine(line) === bareLine(String(occurrence.facts.line))
}

function bareLine(line: string): string {
  return line.replace(/[\s+()[\]-]/g, '')
}
