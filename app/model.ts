/** The API's answers as the pages use them (`design.md` 7). */

export type Group = 'email' | 'telephony' | 'forms' | 'channels' | 'payments'

export const groups: readonly Group[] = ['email', 'telephony', 'forms', 'channels', 'payments']

export type FieldType = 'text' | 'url' | 'number' | 'boolean' | 'line' | 'form' | 'channel' | 'itemFields'

export type FieldDescription = {
  name: string
  type: FieldType
  required: boolean
  default: unknown
  choices?: string[]
}

export type Kind = {
  kind: string
  group: Group
  title: string
  description: string
  fields: FieldDescription[]
  entityTypes: number[]
  available: true | { missing: string; advice: string }
}

export type Stage = {
  stageId: string
  title: string
  color: string
  semantics: 'process' | 'success' | 'failure'
  canBeTarget: boolean
}

/** `categoryId` is null for leads and estimates, which have one pipeline. */
export type Pipeline = { categoryId: number | null; title: string; stages: Stage[] }

export type ItemType = { entityTypeId: number; title: string; pipelines: Pipeline[] }

export type ChangeStageAs = { type: 'responsible' } | { type: 'user'; userId: number }

/** What a manager sets. */
export type TriggerSettings = {
  kind: string
  name: string
  entityTypeId: number
  categoryId: number | null
  stageId: string
  fromStages: string[]
  changeStageAs: ChangeStageAs
  allowMovingBack: boolean
  fields: Record<string, unknown>
  whenSeveral: 'all' | 'newest' | 'none'
  viaClient: boolean
  ifNoAccess: 'installer' | 'wait'
  mode: 'live' | 'watch'
  enabled: boolean
}

export type Trigger = TriggerSettings & {
  id: string
  version: number
  attention: null | { reason: string; detail: string; since: string }
  lastDays: { moved: number; skipped: number; failed: number }
}

export type Outcome = 'moved' | 'would-move' | 'skipped' | 'failed'

export type Entry = {
  id: string
  at: string
  occurrence: { kind: string; key: string; at: string; source: string; facts: Record<string, unknown> }
  trigger: { id: string; name: string }
  item: { entityTypeId: number; id: number; title?: string } | null
  outcome: Outcome
  reason: string | null
  move: { from: string; to: string; userId: number; onBehalfOf?: number } | null
  undone: null | { at: string; userId: number }
  corrected: null | { at: string; to: string }
}

export type Pick = { id: number | string; title: string }

/** `missing` is the code of what the portal lacks for the list, or for all of it. */
export type Picks = { entries: Pick[]; next: string | null; missing?: string }

export type Settings = { delegate: boolean; managers: number[]; paused: boolean; journalDays: number }

export type InstallStep = { id: string; status: 'done' | 'skipped' | 'failed' | 'waiting'; detail: string }
