import { z } from 'zod'
import type { JobRow } from '../../store/jobs.ts'
import type { EventPayload } from '../../triggers/kind.ts'

/** What events point at, by type: each source of facts adds its own in its folder, and the compiler asks for it in the registry (`sources/index.ts`). */
// biome-ignore lint/suspicious/noEmptyInterface: the sources fill it.
export interface Subjects {}

/** What an event points at: the portal is asked about it, the rest of the event is a hint. */
export type Subject = { [Type in keyof Subjects]: { type: Type } & Subjects[Type] }[keyof Subjects]

/**
 * A stored event, read; `at`: when the portal says that it happened, ISO 8601 UTC. One of source `sweep` is ours: it stands for what
 * the portal did not tell.
 */
export type InboundEvent = {
  row: JobRow
  payload: EventPayload
  subject: Subject
  at: string | null
  /** `at`, and when the same was told before while nobody had worked on it, oldest first. */
  times: string[]
  source: z.output<typeof sourceSchema>
  /** What a stage history told the sweep: a stage that the item entered, and may have left since. */
  entered: Entered | null
}

/** The portal's own events say nothing. */
export const sourceSchema = z.enum(['event', 'sweep']).default('event')

export const enteredSchema = z.object({
  as: z.enum(['payment', 'change']),
  stageId: z.string(),
  categoryId: z.number().nullable(),
  at: z.string(),
  nth: z.number(),
})

/** An invoice was paid, or a watched stage changed; `at`: ISO 8601 UTC, `nth`: which change of that second it is. */
export type Entered = z.output<typeof enteredSchema>
