import { z } from 'zod'
import type { ReadyTrigger } from '../../../domain/trigger.ts'
import type { NewJob } from '../../../store/jobs.ts'
import { watchedFields } from '../../../triggers/field-changed.ts'

const FIELD_BASES = 'field-bases' as const

/** What a row says: fields that are watched in a pipeline from now on or no longer, and how far their reading has come. */
export const baselineBodySchema = z.object({
  entityTypeId: z.number(),
  categoryId: z.number().nullable(),
  watched: z.array(z.string()),
  unwatched: z.array(z.string()),
  /** Absent at first. */
  progress: z
    .object({
      /** The pipeline's open stages. */
      stages: z.array(z.string()),
      lastId: z.number(),
      /**
       * Items that are still to be read, of those that the portal counted at first; null before the first page. It only falls, whatever the
       * portal answers: what is added meanwhile has its base from its event.
       */
      left: z.number().nullable(),
    })
    .optional(),
})

export type BaselineBody = z.output<typeof baselineBodySchema>

/** The work that follows when other fields are watched than before: one row for each pipeline concerned. */
export function fieldBaselineJobs(
  portal: string,
  before: readonly ReadyTrigger[],
  after: readonly ReadyTrigger[],
  now: Date,
): NewJob[] {
  const places = new Map(
    [...before, ...after].map(({ entityTypeId, categoryId }) => {
      return [`${entityTypeId}:${categoryId}`, { entityTypeId, categoryId }] as const
    }),
  )
  return [...places].flatMap(([name, place]) => {
    const [had, has] = [watchedFields(before, place), watchedFields(after, place)]
    const watched = has.filter((field) => !had.includes(field))
    const unwatched = had.filter((field) => !has.includes(field))
    if (watched.length + unwatched.length === 0) return []
    const body: BaselineBody = { ...place, watched, unwatched }
    return [{ portal, type: FIELD_BASES, dedupKey: `${name}:${now.toISOString()}`, body, dueAt: now }]
  })
}
