import { z } from 'zod'
import { callOccurrence, endOf, isInbound, isOnLine, mayBeInbound, saysAnswered } from './call.ts'
import type { Kind } from './kind.ts'

declare module '../domain/kind-code.ts' {
  interface KindCodes {
    'call-missed': true
  }
}

const fieldSchema = z.strictObject({ line: z.string().max(100).nullish(), declined: z.boolean().nullish() })

/** A customer's call was not picked up: inbound, and nobody answered. Those that somebody declined count only with `declined`. */
export const callMissed = {
  kind: 'call-missed',
  group: 'telephony',
  shape: 'call',
  scope: 'telephony',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [
    { name: 'line', type: 'line', required: false, default: null },
    { name: 'declined', type: 'boolean', required: false, default: false },
  ],
  mayMatch: (payload) => mayBeInbound(payload) && !saysAnswered(payload),
  recognise(facts) {
    if (facts.shape !== 'call' || !isInbound(facts)) return null
    const end = endOf(facts)
    return end === 'unanswered' || end === 'declined' ? callOccurrence(`call-missed:${facts.callId}`, facts) : null
  },
  matches: (fields, occurrence) =>
    (fields.declined === true || occurrence.facts.declined !== true) && isOnLine(fields.line, occurrence),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
