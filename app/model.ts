import type { Group } from '../lib/api/kind.ts'
import type { Trigger as WholeTrigger } from '../lib/api/trigger.ts'
import type { StepStatus } from '../lib/domain/install-step.ts'

/** The API's answers as the pages use them: its own shapes, of which nothing but the types reaches a browser. */

export type { ItemFieldChoice, ItemFields } from '../lib/api/item-field.ts'
export type { ItemType, Pipeline, Stage } from '../lib/api/item-type.ts'
export type { Entry } from '../lib/api/journal-entry.ts'
export type { FieldDescription, Group, Kind } from '../lib/api/kind.ts'
export type { Choice, Picks } from '../lib/api/picks.ts'
export type { TriggerSettings } from '../lib/api/trigger.ts'
export type { Settings } from '../lib/domain/portal.ts'

export const groups: readonly Group[] = ['email', 'telephony', 'forms', 'channels', 'payments']

/** Who made a trigger and when is of no use to the pages. */
export type Trigger = Omit<WholeTrigger, 'createdAt' | 'updatedAt' | 'createdBy'>

export type InstallStep = { id: string; status: StepStatus; detail: string }
