import { z } from 'zod'
import { callOccurrence, isOutbound, mayBeOutbound } from './call.ts'
import type { Kind } from './kind.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'call-outbound': true
  }
}

/** An employee called a customer, answered or not. Planned calls and calls written down by hand are no calls. */
export const callOutbound = {
  kind: 'call-outbound',
  group: 'telephony',
  shape: 'call',
  scope: 'telephony',
  entityTypeIds: 'all',
  fieldSchema: z.strictObject({}),
  fields: [],
  mayMatch: mayBeOutbound,
  recognise(facts) {
    if (facts.shape !== 'call' || !isOutbound(facts)) return null
    return callOccurrence(`call-outbound:${facts.callId}`, facts)
  },
  matches: () => true,
} as const satisfies Kind
