import type { KindCode } from './kind-code.ts'
import type { Ref } from './occurrence.ts'
import type { Reason } from './reasons.ts'
import type { Outcome } from './states.ts'

/** Who moves, or would: `onBehalfOf` is the wanted user when the installer stands in. */
export type Actor = { userId: number; onBehalfOf?: number }

export type Move = Actor & { from: string; to: string }

/** What one trigger concluded about one item for one occurrence. No item: `item` is null, kept as 0/0. */
export type Decision = {
  occurrenceKey: string
  kind: KindCode
  trigger: { id: string; name: string }
  item: Ref | null
  outcome: Outcome
  reason: Reason | null
  /** What was compared, or what the portal answered: ids, stages, codes; never the customer's words. */
  facts: Record<string, unknown>
  move: Move | null
  requestId: string | null
}
