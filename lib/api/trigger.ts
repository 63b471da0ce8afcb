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

/** What a manager sets of a trigger. */
export const triggerSettings = {
  kind: z.string().max(100),
  name: line(200),
  entityTypeId: id,
  categoryId: z.int().min(0).max(largestId).nullable(),
  stageId: line(100),
  fromStages: z.array(line(100)).max(200),
  changeStageAs: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('responsible') }),
    z.strictObject({ type: z.literal('user'), userId: id }),
  ]),
  allowMovingBack: z.boolean(),
  fields: z.record(z.string().max(100), z.unknown()),
  whenSeveral: z.enum(['all', 'newest', 'none']),
  viaClient: z.boolean(),
  ifNoAccess: z.enum(['installer', 'wait']),
  mode: z.enum(['live', 'watch']),
  enabled: z.boolean(),
}

const count = z.int().min(0)

/** A trigger as the API shows it (`GET /api/triggers`): its settings, and what only the server writes. */
export const triggerSchema = z.strictObject({
  ...triggerSettings,
  id: z.string(),
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  createdBy: z.int(),
  attention: z.strictObject({ reason: z.string(), detail: z.string(), since: z.string() }).nullable(),
  /** Of the last 7 days. */
  lastDays: z.strictObject({ moved: count, wouldMove: count, skipped: count, failed: count }),
})

export type Trigger = z.output<typeof triggerSchema>
export type TriggerSettings = Pick<Trigger, keyof typeof triggerSettings>

/** What an import would come to for a trigger of the file (`POST /api/import` with `preview`). */
export type PreviewedTrigger = {
  name: string
  kind: string
  entityTypeId: number
  categoryId: number | null
  stageId: string
  /** It can be made here. */
  fits: boolean
  /** One of the same name, kind and place is here. */
  exists: boolean
}
