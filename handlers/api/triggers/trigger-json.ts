import type { ReadyTrigger, Trigger } from '../../../lib/domain/trigger.ts'
import { noOutcomes, type OutcomeCounts } from '../../../lib/store/decisions.ts'

/** A trigger as the API shows it. */
export type TriggerJson = Trigger & { lastDays: OutcomeCounts }

export function triggerJson({ readyAt: _, ...trigger }: ReadyTrigger, lastDays?: OutcomeCounts): TriggerJson {
  return { ...trigger, lastDays: lastDays ?? noOutcomes }
}
