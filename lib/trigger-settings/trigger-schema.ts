import { z } from 'zod'
import { largestId } from '../domain/ids.ts'

/** No control characters: they cannot be shown, and PostgreSQL cannot keep the first of them. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u)

const id = z.int().min(1).max(largestId)

/** What a manager sets of a trigger. Absent keys take the defaults of `design.md` 7; `viaClient` depends on the type. */
const settable = {
  kind: z.string().max(100),
  name: line(200).optional(),
  entityTypeId: id,
  categoryId: z.int().min(0).max(largestId).nullable().default(null),
  stageId: line(100),
  fromStages: z.array(line(100)).max(200).default([]),
  changeStageAs: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('responsible') }),
      z.strictObject({ type: z.literal('user'), userId: id }),
    ])
    .default({ type: 'responsible' }),
  allowMovingBack: z.boolean().default(false),
  fields: z.record(z.string().max(100), z.unknown()).default({}),
  whenSeveral: z.enum(['all', 'newest', 'none']).default('all'),
  viaClient: z.boolean().optional(),
  ifNoAccess: z.enum(['installer', 'wait']).default('installer'),
  mode: z.enum(['live', 'watch']).default('live'),
  enabled: z.boolean().default(true),
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
