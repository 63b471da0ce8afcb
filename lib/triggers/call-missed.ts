import { z } from 'zod'
import { callOccurrence, isInbound, isMissed, isOnLine, mayBeInbound } from './call.ts'
import type { Kind } from './kind.ts'

const fieldSchema = z.strictObject({ line: z.string().max(100).nullish() })

/** A customer's call was not picked up: inbound, and every leg unanswered. */
export const callMissed = {
  kind: 'call-missed',
  group: 'telephony',
  shape: 'call',
  scope: 'telephony',
  entityTypeIds: 'all',
  fieldSchema,
  fields: [{ name: 'line', type: 'line', required: false, default: null }],
  couldServe: mayBeInbound,
  recognise(facts) {
    if (facts.shape !== 'call' || !isInbound(facts) || !isMissed(facts)) return null
    return callOccurrence(`call-missed:${facts.callId}`, facts)
  },
  matches: (fields, occurrence) => isOnLine(fields.line, occurrence),
} as const satisfies Kind<z.infer<typeof fieldSchema>>
