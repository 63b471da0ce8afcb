import type { Move } from './decision.ts'
import type { Ref } from './occurrence.ts'

/** A move that is recorded before the portal is called (`design.md` 3, rule 5). */
export type Intent = {
  occurrenceKey: string
  kind: string
  trigger: { id: string; name: string }
  item: Ref & { title: string | null }
  /** The item's pipeline; `null` where the type has one only. */
  categoryId: number | null
  move: Move
  facts: Record<string, unknown>
  begunAt: string
  /** Calls whose outcome stayed unknown. */
  unknownCalls: number
}

/** An intent that has its row. */
export type OpenIntent = Intent & { id: number }
