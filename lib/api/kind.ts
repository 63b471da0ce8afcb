import { z } from 'zod'

/** A kind's own field, as it is shown and picked. */
const fieldSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['text', 'url', 'number', 'boolean', 'line', 'form', 'channel', 'itemFields', 'itemValue']),
  required: z.boolean(),
  default: z.unknown(),
  /** The only values that it takes. */
  choices: z.exactOptional(z.array(z.string()).readonly()),
})

/** What a portal lacks, and what to do; true: nothing. */
const availableSchema = z.union([z.literal(true), z.strictObject({ missing: z.string(), advice: z.string() })])

/** A kind of the catalogue (`GET /api/kinds`). A server of another version may know other kinds than the pages. */
export const kindSchema = z.strictObject({
  kind: z.string(),
  group: z.enum(['email', 'telephony', 'forms', 'channels', 'payments']),
  title: z.string(),
  /** What it tracks. */
  description: z.string(),
  /** What it is good for. */
  use: z.string(),
  fields: z.array(fieldSchema).readonly(),
  entityTypes: z.array(z.int()),
  available: availableSchema,
  /** How it is served where the portal lacks something. */
  fallback: z.exactOptional(z.string()),
  canBeRehearsed: z.boolean(),
})

export type Kind = z.output<typeof kindSchema>
export type FieldDescription = z.output<typeof fieldSchema>
export type Group = Kind['group']
