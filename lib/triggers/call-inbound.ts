import { z } from 'zod'
import { callOccurrence, isInbound, isOnLine, mayBeInbound } from './call.ts'
import type { Kind } from './kind.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'call-inbound': true
  }
}

const fieldSchema = z.strictObject({ line: z.string().max(100).nullish() })

/** A call from a customer ended, answered or not. A missed one is decided for `call-missed` first. */
export const callInbound = {
  kind: 'call-inbound',
  group: 'telephony',
  shape: 'call',
  scope: 'telephony',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'line', type: 'line', required: false, default: null }],
  mayMatch: mayBeInbound,
  recognise(facts) {
    if (facts.shape !== 'call' || !isInbound(facts)) return null
    return { ...callOccurrence(`call-inbound:${facts.callId}`, facts), precededBy: `call-missed:${facts.callId}` }
  },
  matches: (fields, occurrence) => isOnLine(fields.line, occurrence),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
