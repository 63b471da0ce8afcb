import type { Move } from './decision.ts'
import type { KindCode } from './kind-code.ts'
import type { Ref } from './occurrence.ts'

/** A move that is recorded before the portal is called (`design.md` 3, rule 5). */
export type Intent = {
  occurrenceKey: string
  kind: KindCode
  trigger: { id: string; name: string }
  item: Ref
  /** The item's pipeline; `null` where the type has one only. */
  categoryId: number | null
  move: Move
  /** The portal's own time of the item's last change of stage before this one. */
  movedTime: string | null
  ifNoAccess: 'installer' | 'wait'
  /** When the portal was called, or is about to be. */
  begunAt: string
  /** Calls of unknown outcome after which the portal showed that nothing had happened. */
  unknownCalls: number
}

/** An intent that has its row. `tries`: how often the portal would not take the move; absent at first. */
export type OpenIntent = Intent & { id: number; tries?: number }
