import type { Trigger as StoredTrigger } from '../lib/domain/trigger.ts'
import type { FieldDescription, Group } from '../lib/triggers/kind.ts'

/** The API's answers as the pages use them (`design.md` 7). */

export type { Entry } from '../lib/domain/journal-entry.ts'
export type { FieldDescription, Group } from '../lib/triggers/kind.ts'

export const groups: readonly Group[] = ['email', 'telephony', 'forms', 'channels', 'payments']

/** A kind of the catalogue. A server of another version may know other kinds than these pages. */
export type Kind = {
  kind: string
  group: Group
  title: string
  /** What it tracks. */
  description: string
  /** What it is good for. */
  use: string
  fields: readonly FieldDescription[]
  entityTypes: number[]
  available: true | { missing: string; advice: string }
  /** How it is served where the portal lacks something. */
  fallback?: string
  canBeRehearsed: boolean
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

type ReadOnly = 'id' | 'version' | 'createdAt' | 'updatedAt' | 'createdBy' | 'attention'

/** What a manager sets. */
export type TriggerSettings = Omit<StoredTrigger, ReadOnly | 'kind'> & { kind: string }

export type Trigger = TriggerSettings &
  Pick<StoredTrigger, 'id' | 'version' | 'attention'> & { lastDays: { moved: number; skipped: number; failed: number } }

/** `history`: an Open Channel's conversations may not be read. */
export type Choice = { id: number | string; title: string; history?: 'denied' }

/** `missing` is the code of what the portal lacks for the list, or for all of it. */
export type Picks = { entries: Choice[]; next: string | null; missing?: string }

export type Settings = {
  delegate: boolean
  managers: number[]
  paused: boolean
  journalDays: number
  staleHours: number
}

export type InstallStep = { id: string; status: 'done' | 'skipped' | 'failed' | 'waiting'; detail: string }
