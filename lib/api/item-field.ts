import { z } from 'zod'

/** How a value of a field of items is given; `stage`: of the trigger's pipeline. */
const valueInputs = ['choice', 'yes-no', 'date', 'user', 'stage', 'number', 'text'] as const

const itemFieldSchema = z.strictObject({
  /** Its name in `crm.item.*`. */
  id: z.string(),
  title: z.string(),
  input: z.enum(valueInputs),
  /** It holds several values. */
  isMultiple: z.boolean(),
  /** What it may hold, where that is a list. */
  options: z.array(z.strictObject({ id: z.string(), title: z.string() })),
})

/** The fields of a type of item that may be watched (`GET /api/fields`). */
export const itemFieldsSchema = z.strictObject({
  entries: z.array(itemFieldSchema),
  next: z.null(),
  /** The code of what the portal lacks for the list. */
  missing: z.exactOptional(z.string()),
})

export type ItemFields = z.output<typeof itemFieldsSchema>
export type ItemFieldChoice = z.output<typeof itemFieldSchema>
export type ValueInput = (typeof valueInputs)[number]
