import { z } from 'zod'
import type { PortalError } from '../../bitrix24/errors/errors.ts'
import type { Occurrence, Ref } from '../../domain/occurrence.ts'
import type { ReadyTrigger } from '../../domain/trigger.ts'
import type { Facts } from '../../triggers/facts.ts'

/** An occurrence with the triggers that have not decided about it yet. */
export type Evaluation = {
  occurrence: Occurrence
  triggers: ReadyTrigger[]
  /** What it was recognised in; not known any more when it is looked at again. */
  facts?: Facts
  /** Triggers whose own fields do not match; kept with the occurrence, not journaled. */
  filtered: string[]
  /** Triggers that were switched off or deleted while the occurrence waited. */
  gone: { id: string; name: string }[]
  /** A retry is about one item only. */
  only?: Ref
  /** Retried by a person: however long ago it happened. */
  byHand?: boolean
  /** What it is known by was refused: its triggers are decided by that. */
  refused?: PortalError
  /** It has waited for somebody's access, and goes on waiting no longer than until then. */
  awaitsUntil?: string
  /** It was recognised just now: nothing was decided about it before. */
  isNew?: true
  /** How many looks for late bindings are behind it: 0 at first. */
  attempt: number
  /** How often the portal could not tell what its triggers need. */
  tries: number
  /** The job's row that brought it. */
  jobId: number
}

/** What a row of type `look` says: which occurrence, which triggers wait, which look it is, and how often it was put off. */
export const recheckBodySchema = z.object({
  key: z.string(),
  triggers: z.array(z.object({ id: z.string(), name: z.string() })),
  looks: z.number(),
  tries: z.number().optional(),
  only: z.object({ entityTypeId: z.number(), id: z.number() }).optional(),
  byHand: z.boolean().optional(),
  awaitsUntil: z.string().optional(),
})

export type RecheckBody = z.output<typeof recheckBodySchema>
