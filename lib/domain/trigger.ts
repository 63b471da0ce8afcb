import type { KindCode } from './kind-code.ts'

/** A manager's setting of a kind, as the API shows and the engine reads it (`design.md` 7; the counts are added there). */
export type Trigger = {
  id: string
  version: number
  createdAt: string
  updatedAt: string
  createdBy: number
  attention: null | { reason: string; detail: string; since: string }
  kind: KindCode
  name: string
  entityTypeId: number
  /** `null` for leads and estimates, which have one pipeline. */
  categoryId: number | null
  stageId: string
  /** Empty: from any stage. */
  fromStages: string[]
  changeStageAs: { type: 'responsible' } | { type: 'user'; userId: number }
  allowMovingBack: boolean
  fields: Record<string, unknown>
  whenSeveral: 'all' | 'newest' | 'none'
  viaClient: boolean
  ifNoAccess: 'installer' | 'wait'
  mode: 'live' | 'watch'
  enabled: boolean
}

/** A trigger together with the moment from which happenings count for it: the latest of made, switched on, set live. */
export type ReadyTrigger = Trigger & { readyAt: string }
