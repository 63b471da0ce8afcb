import { z } from 'zod'
import { isOutbound } from '../../../triggers/call.ts'
import { candidateKinds } from '../../match/match.ts'
import type { FactSource } from '../fact-source.ts'
import { mayGoOn } from './call-facts.ts'
import { anyCall, callPayload, calls } from './lists.ts'
import { CALL_RECHECK, recheckAt } from './recheck-call.ts'

declare module '../../events/inbound-event.ts' {
  interface Subjects {
    call: { callId: string; activityId: number | null }
  }
}

const ENDED = 'ONVOXIMPLANTCALLEND'

const dataSchema = z.object({
  CALL_ID: z.string().min(1).max(255),
  CRM_ACTIVITY_ID: z.coerce.number().int().positive().nullish().catch(null),
})

/** Calls, as the statistics of telephony tell them. */
export const callSource: FactSource<'call'> = {
  type: 'call',
  shapes: ['call'],
  events: [{ scope: 'telephony', events: [ENDED] }],
  parse({ event, data }) {
    if (event !== ENDED) return null
    const read = dataSchema.safeParse(data)
    if (!read.success) return 'malformed'
    return { type: 'call', callId: read.data.CALL_ID, activityId: read.data.CRM_ACTIVITY_ID ?? null }
  },
  plan: (subjects) => ({ calls: [...new Map(subjects.map((call) => [call.callId, call])).values()] }),
  // Calls are recognised in any case: their events tell enough.
  about: () => [],
  needs: ({ callId }) => [
    { about: [`call ${callId}`, `callactivity ${callId}`], kinds: ['call-missed', 'call-inbound', 'call-outbound'] },
  ],
  toFacts({ callId }, event, { snapshot, timing, now }) {
    const call = snapshot.calls.get(callId)
    const again = recheckAt(event, timing)
    const isSettled = call && !mayGoOn(call) && call.activityId !== null
    if (!isSettled && now < again) return { state: 'later', at: again, reason: CALL_RECHECK }
    if (!call) return { state: 'gone', reason: 'call-unknown' }
    const { type, line, legs, activityId, refs } = call
    // Calls between employees look so (`platform.md` 4.3). An outbound call to a stranger does too, and has no item either.
    if (isOutbound(call) && activityId === null && refs.length === 0)
      return { state: 'gone', reason: 'call-without-client' }
    const seen = { heardAt: event.row.created_at, seenAt: now.toISOString() }
    const origin = { activityId, refs: activityId === null ? refs : [] }
    return { state: 'found', facts: { shape: 'call', callId: call.callId, type, line, legs, ...seen }, origin }
  },
  lists: (triggers, scope) =>
    scope.includes('telephony') && candidateKinds(callPayload(anyCall), triggers).length > 0 ? [calls] : [],
}
