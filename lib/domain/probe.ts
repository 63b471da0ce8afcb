import { z } from 'zod'

/** What is found out of a portal (`lib/bitrix24/probe`), in the order in which it is shown. */
export const probeIds = [
  'trick',
  'events',
  'statistics',
  'lines',
  'forms',
  'channels',
  'histories',
  'connector-mid',
  'automation',
  'delegation',
  'bucket',
  'zone',
] as const

export type ProbeId = (typeof probeIds)[number]

/** `unknown`: there was nothing to try it with yet; `no-scope`: the app was not granted what it needs. */
const probeAnswers = ['yes', 'no', 'unknown', 'no-scope', 'not-chosen', 'usual', 'large', 'same', 'different'] as const

/** An answer in one word. The detail says more: a code of the portal, a number, ids of types; never a name or what customers wrote. */
export type Finding = Readonly<{ answer: (typeof probeAnswers)[number]; detail?: string | undefined }>

const findingSchema = z.object({
  answer: z.enum(probeAnswers),
  detail: z.string().optional(),
  /** ISO 8601 UTC. */
  at: z.string(),
})

/** What is known of a portal, each with when it was found out. */
export type Probe = Readonly<Partial<Record<ProbeId, z.output<typeof findingSchema>>>>

const probeSchema = z.partialRecord(z.enum(probeIds), findingSchema).catch({})

/** Reads the column; nothing is known at first. */
export function readProbe(column: string | null): Probe {
  return column === null ? {} : probeSchema.parse(JSON.parse(column))
}

/**
 * Does a reference that leads nowhere harm nobody in this portal, so that items may be asked for before it is known which they are
 * (`platform.md` 5.14)? Where it is not known it is tried.
 */
export function mayGuess({ trick }: Probe): boolean {
  return trick?.answer !== 'no'
}
