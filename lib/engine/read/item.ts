import { z } from 'zod'
import type { Ref } from '../../store/occurrence.ts'

/** An item as the portal shows it now. */
export type Item = Ref & {
  title: string | null
  stageId: string
  /** `null` where the type has one pipeline (leads, estimates). */
  categoryId: number | null
  assignedById: number
  createdTime: string
  /** The portal's own time of the last change of stage, where the type has it. */
  movedTime: string | null
}

/** What is asked of an item; everything that guards compare. */
export const itemSelect = ['id', 'title', 'stageId', 'categoryId', 'assignedById', 'createdTime', 'movedTime']

const itemSchema = z.object({
  id: z.coerce.number().int().positive(),
  title: z.string().nullish(),
  stageId: z.string().nullish(),
  categoryId: z.coerce.number().int().nullish(),
  assignedById: z.coerce.number().int().nullish(),
  createdTime: z.string().nullish(),
  movedTime: z.string().nullish(),
})

/** Types whose items all stand in one pipeline, whatever `categoryId` says. */
const WITHOUT_PIPELINES = [1, 7]

/** Reads a row of `crm.item.list` or `crm.item.update`; null when it is no item with a stage. */
export function parseItem(entityTypeId: number, row: unknown): Item | null {
  const parsed = itemSchema.safeParse(row)
  if (!parsed.success || !parsed.data.stageId) return null
  const { id, title, stageId, categoryId, assignedById, createdTime, movedTime } = parsed.data
  return {
    entityTypeId,
    id,
    title: title ?? null,
    stageId,
    categoryId: WITHOUT_PIPELINES.includes(entityTypeId) ? null : (categoryId ?? 0),
    assignedById: assignedById ?? 0,
    createdTime: createdTime ?? '',
    movedTime: movedTime ?? null,
  }
}
