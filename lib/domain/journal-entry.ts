import type { KindCode } from './kind-code.ts'
import type { Ref } from './occurrence.ts'
import type { Outcome, Source } from './states.ts'
import type { Trigger } from './trigger.ts'

/** What a trigger was set to when it decided. */
export type TriggerSetting = Pick<
  Trigger,
  | 'entityTypeId'
  | 'categoryId'
  | 'stageId'
  | 'fromStages'
  | 'changeStageAs'
  | 'allowMovingBack'
  | 'fields'
  | 'whenSeveral'
  | 'viaClient'
  | 'ifNoAccess'
  | 'mode'
> & { kind: KindCode }

/** What an entry's story is told from: ids only, whose names are asked for by whoever reads it. */
export type Story = {
  /** What the event says of itself, and what the decision compared; apart, as both may use one name for different things. */
  event: Record<string, unknown>
  decision: Record<string, unknown>
  /** The portal's activity of the event; null: it has none. */
  activityId: number | null
  /** What the event belongs to, where no activity says so. */
  refs: Ref[]
  /** null: it is not kept any more. */
  setting: TriggerSetting | null
  /** Of `another-trigger`: the one that came first. */
  winner: { id: string; name: string } | null
}

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
  story: Story
}
