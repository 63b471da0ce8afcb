import { z } from 'zod'
import type { Stage } from '../../bitrix24/directory/stages.ts'
import { reasons } from '../../domain/reasons.ts'

/**
 * What the answer to a call left open. `lost`: there was none. `fault`: the portal told of a fault of its own, which passes.
 * `refused`: it refused or left the item where it was, but may have saved before (`platform.md` 5.6).
 */
export const uncertaintySchema = z.object({
  kind: z.enum(['lost', 'fault', 'refused']),
  /** What the journal says if the portal shows that nothing was moved. */
  ifUnmoved: z.object({ reason: z.enum(reasons).nullable(), facts: z.record(z.string(), z.unknown()) }),
  requestId: z.string().nullable(),
  /** The call left no timeline entry for certain. */
  lacksEntry: z.boolean(),
  /** The timeline entry that it left. */
  entryId: z.number().optional(),
  /** The portal said yes, and showed the item in another stage. */
  saidYes: z.boolean().optional(),
})

export type Uncertainty = z.output<typeof uncertaintySchema>

/** What the portal shows after a call. */
export type Shown = {
  item: { stageId: string } | null
  /** Stages that the item entered since the call; null: no history is shown, so the item alone tells. */
  passed: readonly string[] | null
  /** Of the item's pipeline; undefined: they are not known. */
  stages: readonly Stage[] | undefined
}

/** `made`; `call`: not made, and to be called (again); else why it was not made and is not called any more. */
export type Judgement = 'made' | 'call' | 'item-gone' | 'elsewhere' | 'stage-gone' | 'unmoved'

/** So many calls are made for one move: a lost answer may have to do with the move itself, faults of the portal pass. */
const MOST_CALLS = { lost: 2, fault: 5 }

/**
 * Judges a move by the item and its stage history (`design.md` 3, rule 5). `calls`: how many were made; with 0 it only has to be clear
 * that the item still waits.
 */
export function judgeMove(
  { from, to }: { from: string; to: string },
  { item, passed, stages }: Shown,
  { calls, doubt, saidYes = false }: { calls: number; doubt: Uncertainty['kind']; saidYes?: boolean | undefined },
): Judgement {
  if (item === null) return 'item-gone'
  if (calls > 0 && (passed ?? [item.stageId]).includes(to)) return 'made'
  // Without a history: only what is no stage is put back in silence, so an automation rule has moved it since.
  if (passed === null && saidYes && stages?.some(({ stageId }) => stageId === to)) return 'made'
  // Its type has no stages any more.
  if (item.stageId === '') return 'stage-gone'
  if (item.stageId !== from) return 'elsewhere'
  if (stages !== undefined && !stages.some(({ stageId }) => stageId === to)) return 'stage-gone'
  if (calls === 0) return 'call'
  return doubt !== 'refused' && calls < MOST_CALLS[doubt] ? 'call' : 'unmoved'
}
