import type { CallFacts } from './facts.ts'
import type { Hint, Recognised } from './kind.ts'

/** CALL_TYPE (`platform.md` 4.3): 4 (callback) and 5 (robot call) are neither outbound nor inbound. */
const OUTBOUND = [1]
const INBOUND = [2, 3]

/** CALL_FAILED_CODE of a call that nobody picked up; 603, 603-S and 486 are not missed calls. */
const MISSED = '304'

export function isOutbound(call: CallFacts): boolean {
  return OUTBOUND.includes(call.type)
}

export function isInbound(call: CallFacts): boolean {
  return INBOUND.includes(call.type)
}

/** The event names the type; where it does not, look. */
export function mayBeOutbound(hint: Hint): boolean {
  return isCallEnd(hint) && isTypeIn(OUTBOUND, hint)
}

export function mayBeInbound(hint: Hint): boolean {
  return isCallEnd(hint) && isTypeIn(INBOUND, hint)
}

function isCallEnd(hint: Hint): boolean {
  return hint.event === 'ONVOXIMPLANTCALLEND'
}

function isTypeIn(types: number[], hint: Hint): boolean {
  const type = Number(hint.data.CALL_TYPE)
  return !Number.isInteger(type) || type === 0 || types.includes(type)
}

/** Every leg unanswered. A telephony app's leg of no seconds and no code counts as missed too (`platform.md` 10.8). */
export function isMissed(call: CallFacts): boolean {
  return call.legs.every((leg) => leg.failedCode === MISSED || (leg.failedCode === '' && leg.seconds === 0))
}

/** The call as an occurrence of one kind, at its end. */
export function callOccurrence(key: string, call: CallFacts): Recognised {
  const ends = call.legs.map((leg) => Date.parse(leg.startedAt) + leg.seconds * 1000)
  return {
    key,
    at: new Date(Math.max(...ends)).toISOString(),
    facts: { callId: call.callId, type: call.type, line: call.line, legs: call.legs.length, missed: isMissed(call) },
  }
}

/** Lines are compared without spaces, `+`, brackets and dashes (`triggers.md`, Telephony). No line: any line. */
export function isOnLine(line: string | null | undefined, occurrence: Recognised): boolean {
  return !line || bareLine(line) === bareLine(String(occurrence.facts.line))
}

function bareLine(line: string): string {
  return line.replace(/[\s+()[\]-]/g, '')
}
