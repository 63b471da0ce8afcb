import { z } from 'zod'
import type { Outcome, Source } from '../domain/states.ts'
import { triggerSettings } from './trigger.ts'

const time = z.iso.datetime()
const id = z.int()
const facts = z.record(z.string(), z.unknown())
const ref = z.strictObject({ entityTypeId: id, id })
const named = z.strictObject({ id: z.string(), name: z.string() })

const sources = ['event', 'poll', 'sweep', 'link', 'rehearsal'] as const satisfies readonly Source[]
const outcomes = ['moved', 'would-move', 'skipped', 'failed'] as const satisfies readonly Outcome[]

/** What a trigger was set to when it decided. */
const triggerSettingSchema = z.strictObject(triggerSettings).omit({ name: true, enabled: true })

/** What an entry's story is told from: ids only, whose names are asked for by whoever reads it. */
const storySchema = z.strictObject({
  /** What the event says of itself, and what the decision compared; apart, as both may use one name for different things. */
  event: facts,
  decision: facts,
  /** The portal's activity of the event; null: it has none. */
  activityId: id.nullable(),
  /** What the event belongs to, where no activity says so. */
  refs: z.array(ref),
  /** null: it is not kept any more. */
  setting: triggerSettingSchema.nullable(),
  /** Of `another-trigger`: the one that came first. */
  winner: named.nullable(),
})

/** A line of the journal (`GET /api/journal`). */
export const entrySchema = z.strictObject({
  id: z.string(),
  at: time,
  occurrence: z.strictObject({ kind: z.string(), key: z.string(), at: time, source: z.enum(sources), facts }),
  trigger: named,
  item: ref.extend({ title: z.string().optional() }).nullable(),
  outcome: z.enum(outcomes),
  reason: z.string().nullable(),
  move: z.strictObject({ from: z.string(), to: z.string(), userId: id, onBehalfOf: id.optional() }).nullable(),
  undone: z.strictObject({ at: time, userId: id }).nullable(),
  corrected: z.strictObject({ at: time, to: z.string() }).nullable(),
  story: storySchema,
})

export type TriggerSetting = z.output<typeof triggerSettingSchema>
export type Story = z.output<typeof storySchema>
export type Entry = z.output<typeof entrySchema>
