import type { Outcome, Source } from './states.ts'

/** A line of the journal as the API answers and the pages show it (`design.md` 7). */
export type Entry = {
  id: string
  at: string
  occurrence: { kind: string; key: string; at: string; source: Source; facts: Record<string, unknown> }
  trigger: { id: string; name: string }
  item: { entityTypeId: number; id: number; title?: string } | null
  outcome: Outcome
  reason: string | null
  move: { from: string; to: string; userId: number; onBehalfOf?: number } | null
  undone: null | { at: string; userId: number }
  corrected: null | { at: string; to: string }
}
