import { z } from 'zod'
import { triggerSettings } from '../api/trigger.ts'

/** What a manager sets of a trigger. Absent keys take the defaults of `design.md` 7; `viaClient` depends on the type. */
const settable = {
  ...triggerSettings,
  name: triggerSettings.name.optional(),
  categoryId: triggerSettings.categoryId.default(null),
  fromStages: triggerSettings.fromStages.default([]),
  changeStageAs: triggerSettings.changeStageAs.default({ type: 'responsible' }),
  allowMovingBack: triggerSettings.allowMovingBack.default(false),
  fields: triggerSettings.fields.default({}),
  whenSeveral: triggerSettings.whenSeveral.default('all'),
  viaClient: triggerSettings.viaClient.optional(),
  ifNoAccess: triggerSettings.ifNoAccess.default('installer'),
  mode: triggerSettings.mode.default('live'),
  enabled: triggerSettings.enabled.default(true),
}

/** Read-only parts of a trigger: they may stand in a request, since pages send back what they read, and do nothing. */
const readOnly = {
  id: z.unknown(),
  createdAt: z.unknown(),
  updatedAt: z.unknown(),
  createdBy: z.unknown(),
  attention: z.unknown(),
  lastDays: z.unknown(),
}

export const newTriggerSchema = z.strictObject({ ...settable, ...optional(readOnly), version: z.unknown().optional() })

/** `version` is the one that was read: an outdated one is refused. */
export const replacedTriggerSchema = z.strictObject({ ...settable, ...optional(readOnly), version: z.int().min(1) })

export type TriggerInput = Pick<z.output<typeof newTriggerSchema>, keyof typeof settable>

/** The kind's own fields that have a value: `null`, `''` and absent mean "any". */
export function givenFields({ fields }: Pick<TriggerInput, 'fields'>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))
}

/** Where a copy goes. */
export const copySchema = z.strictObject({
  entityTypeId: settable.entityTypeId,
  categoryId: settable.categoryId,
  stageId: settable.stageId,
})

function optional<T extends Record<string, z.ZodType>>(shape: T): { [K in keyof T]: z.ZodOptional<T[K]> } {
  const entries = Object.entries(shape).map(([name, schema]) => [name, schema.optional()])
  return Object.fromEntries(entries)
}
