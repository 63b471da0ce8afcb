import type { KindCode, Recognised } from '../triggers/kind.ts'
import type { Source } from './states.ts'

/** A CRM object: item, contact (3) or company (4). */
export type Ref = { entityTypeId: number; id: number }

/** Where the items of an occurrence are looked for: the bindings of an activity, and what the portal named besides. */
export type Origin = { activityId: number | null; refs: Ref[] }

/** One thing that happened, as kept: unique per portal by its key, for ever. */
export type Occurrence = Recognised & { kind: KindCode; source: Source; origin: Origin; heardAt: string }
