import type { KindCode } from '../../../domain/kind-code.ts'
import type { Occurrence } from '../../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import { kinds } from '../../../triggers/index.ts'
import type { Evaluation } from '../../decide/evaluation.ts'
import type { InboundEvent } from '../../events/inbound-event.ts'
import { refusal } from '../../snapshot/failures.ts'
import type { PortalSnapshot } from '../../snapshot/snapshot.ts'

/**
 * Calls that the portal will not tell us of: the triggers that the event could serve fail with its reason, so that the journal says why
 * nothing moved.
 */
export function refusedCalls(
  served: readonly { event: InboundEvent; kinds: readonly KindCode[] }[],
  snapshot: PortalSnapshot,
  triggers: readonly ReadyTrigger[],
): Evaluation[] {
  return served.flatMap(({ event, kinds: ofEvent }) => {
    const { subject, row, payload, source, at } = event
    const refused = subject.type === 'call' ? refusal(snapshot.failures, [`call ${subject.callId}`]) : null
    if (subject.type !== 'call' || refused === null) return []
    const { callId, activityId } = subject
    return ofEvent.map((kind): Evaluation => {
      const occurrence: Occurrence = {
        key: `${kind}:${callId}`,
        kind,
        at: at ?? row.created_at,
        facts: { callId },
        source,
        origin: { activityId, refs: [] },
        heardAt: row.created_at,
      }
      const could = triggers.filter((trigger) => trigger.kind === kind && kinds[kind].mayMatch(payload, trigger))
      return { occurrence, triggers: could, filtered: [], gone: [], refused, attempt: 0, tries: 0, jobId: row.id }
    })
  })
}
