import type { Entry } from '../model.ts'
import { findStage } from '../names.ts'
import type { Parts } from './parts.ts'

/** Can the move be taken back now? `moved-on`: the item stands in another stage by now; null: there is no such question, or no answer yet. */
export type Undo = { can: true } | { can: false; why: 'moved-on' | 'stage-gone'; stage: string } | null

/** What the server would say to an undo, as far as the item's present stage tells. */
export function undoOf({ outcome, move, undone, item }: Entry, { names, types }: Pick<Parts, 'names' | 'types'>): Undo {
  if (outcome !== 'moved' || move === null || undone || item === null) return null
  const now = names.item(item)
  if (now === undefined) return null
  if (now.stageId !== move.to) return { can: false, why: 'moved-on', stage: names.stage(item, now.stageId) }
  if (!findStage(types, item, move.from)) return { can: false, why: 'stage-gone', stage: '' }
  return { can: true }
}

/** Reasons that may pass or that somebody can mend; whatever else failed fails again. */
const mendable = ['no-access', 'no-rights', 'required-fields', 'portal-error', 'unproven']

/** May another attempt help? Not where the item has been moved since. */
export function mayRetry({ outcome, reason, item, move, occurrence }: Entry, { names }: Pick<Parts, 'names'>): boolean {
  if (outcome !== 'failed' || item === null || occurrence.source === 'rehearsal') return false
  if (reason === null || !mendable.includes(reason)) return false
  const now = names.item(item)
  return move === null || now === undefined || now.stageId === move.from
}
