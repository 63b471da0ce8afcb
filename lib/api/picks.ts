import { z } from 'zod'

const choiceSchema = z.strictObject({
  id: z.union([z.int(), z.string()]),
  title: z.string(),
  /** An Open Channel's conversations may not be read. */
  history: z.exactOptional(z.literal('denied')),
  /** When a form without a name was submitted last: people know it by that. */
  submittedAt: z.exactOptional(z.iso.datetime()),
})

/** What a field may be chosen from (`GET /api/users`, `/lines`, `/forms`, `/channels`). */
export const picksSchema = z.strictObject({
  entries: z.array(choiceSchema),
  next: z.string().nullable(),
  /** The code of what the portal lacks for the list, or for all of it. */
  missing: z.exactOptional(z.string()),
})

export type Picks = z.output<typeof picksSchema>
export type Choice = z.output<typeof choiceSchema>
