import { z } from 'zod'

const stageSchema = z.strictObject({
  stageId: z.string(),
  title: z.string(),
  /** `#rrggbb`; empty where the portal gives none. */
  color: z.string(),
  semantics: z.enum(['process', 'success', 'failure']),
  canBeTarget: z.boolean(),
})

const pipelineSchema = z.strictObject({
  /** null for leads and estimates, which have one pipeline. */
  categoryId: z.int().nullable(),
  title: z.string(),
  stages: z.array(stageSchema),
})

/** A type of items with its pipelines and stages in the portal's order (`GET /api/directory`). */
export const itemTypeSchema = z.strictObject({
  entityTypeId: z.int(),
  title: z.string(),
  /** Its items have a client field. */
  hasClient: z.boolean(),
  pipelines: z.array(pipelineSchema),
})

export type ItemType = z.output<typeof itemTypeSchema>
export type Pipeline = z.output<typeof pipelineSchema>
export type Stage = z.output<typeof stageSchema>
